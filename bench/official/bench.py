"""Processor time per call of the official Python client, unmodified: base URL, calls and calls in flight are the arguments."""

import resource
import sys
from concurrent.futures import ThreadPoolExecutor

from smile_id_core import Utilities

base_url, calls, in_flight = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
client = Utilities("023", "bench-api-key", base_url)
job = {"user_id": "user-7", "job_id": "job-7", "job_type": 4}
options = {"return_job_status": True, "return_history": False, "return_images": False}


def ask(_):
    reply = client.get_job_status(job, options)
    assert reply["job_complete"] is True and reply["code"] == "2302"


def processor_time():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


with ThreadPoolExecutor(in_flight) as pool:
    list(pool.map(ask, range(in_flight * 2)))
    before = processor_time()
    list(pool.map(ask, range(calls)))
    print((processor_time() - before) * 1e6 / calls)
