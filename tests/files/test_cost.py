"""The list of my uploads costs the same at two and at twenty of them, and a picture that is there costs nothing."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.members.models import Member
from tests.builders.files import PDF, an_upload
from tests.builders.members import signed_in

pytestmark = pytest.mark.django_db


def test_my_uploads_cost_the_same_however_many(client: Client, owner: Member) -> None:
    signed_in(client, owner)
    costs = []
    for more in (2, 18):
        for _ in range(more):
            an_upload(owner=owner, data=PDF, name="a.pdf", is_ready=False)
        client.get("/account/files/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get("/account/files/").content.count(b'class="upload"') == more + len(costs) * 2
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 8
