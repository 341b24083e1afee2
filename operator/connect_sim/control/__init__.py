"""The control endpoint under /_sim/: journal, faults, settings and the true state, as JSON.

`GET /_sim/` lists every route with what it takes; `ROUTES` in routes.py is that list. Keys of the simulator's own
documents are lowerCamelCase. Users are written with the API's member names (IdentityInfo, RoutingProfileId, ...); what
is sent may use lowerCamelCase for them too, and besides `id`, `proficiencies`, `routingProfileName`,
`securityProfileNames` and `hierarchyGroupPath`. Mistakes get 400 or 404 with {"error": what is wrong}.

Nothing here counts against a rate, appears in the journal, or waits for visibility.
"""
