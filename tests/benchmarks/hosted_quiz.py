"""Makes the quiz of `tests.benchmarks.hosted` on a site's own data; prints its address."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.embedded")
    import django

    django.setup()
    from community.members.models import Member
    from tests.builders.quizzes import a_question, a_quiz

    questions = [
        a_question(f"Question {number}: what is it?", why=sys.argv[2]) for number in range(int(sys.argv[1]))
    ]
    author = Member.objects.get(email="admin@example.org")
    print(a_quiz(questions, author=author, seconds=120).get_absolute_url())


if __name__ == "__main__":
    main()
