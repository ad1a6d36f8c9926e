"""A made-up community of any size, the same every time, with its answers written beside it.

`plan` decides who wrote what when, `words` makes the texts, `rows` puts them into the database as they would stand
after the site's own actions, `answers` says what each page and each search must show.
"""
