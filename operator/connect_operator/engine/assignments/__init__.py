"""ConnectContactAssignments at work: a queued contact is handed to a user, once.

AssociateContactWithUser has no client token and may ring a person's desk, so it is never sent twice for one object:

    status.attemptedTime    written before the call, by a write that only one of several writers can make; while it
                            stands, nobody sends anything
    a certain refusal       nothing was carried out: attemptedTime is taken off, and the object may try again or fails
    no certain answer       never repeated; DescribeContact may show that the user has the contact, else the outcome
                            stays unknown and the object fails with OutcomeUnknown
"""
