import cProfile, pstats, time, json
import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.core.handlers.wsgi import WSGIHandler
from tests.citizens.visits import *
from tests.citizens.conftest import *
from citizens import statements
pytestmark = [pytest.mark.django_db]

def test_profile(place):
    case = case_at("notified", place)
    handler = WSGIHandler()
    client = Client()
    import re
    page = client.get("/tra-cuu/")
    asked = {"code": code_of(case), "plate": PLATE_SHOWN}
    def go():
        c = Client(); c.handler = client.handler
        return c.post("/tra-cuu/", asked)
    assert go().status_code == 303
    for _ in range(50): go()
    t=time.perf_counter()
    for _ in range(300): go()
    print("per post ms", (time.perf_counter()-t)/300*1000)
    p=cProfile.Profile(); p.enable()
    for _ in range(300): go()
    p.disable()
    s=pstats.Stats(p); s.sort_stats("cumulative").print_stats(70); s.sort_stats("tottime").print_stats(40)

