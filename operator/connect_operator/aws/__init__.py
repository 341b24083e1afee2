"""Amazon Connect through botocore: the engine's ConnectGateway and ConnectApi.

    gateway            opens the API of an instance: region, role, threads
    clients            credentials and botocore clients, made once and shared
    calls              one HTTP request on a thread, and its answer or ConnectError
    connect            the verbs
    user_pages         pages of users, of which only what has changed is converted
    shapes             AWS's members -> domain values
    after_contact_work the unit of SearchUsers' after-contact work
    whole_answers      refuses answers that are cut off
    failures           botocore's exceptions -> ConnectError
    debug_logs         keeps botocore from logging passwords

What to call, when, and what an error means for an object belongs to the engine.
"""
