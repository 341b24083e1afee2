/* One ConnectUser, two operators, two Connect instances: the protocol of create, adopt, move, delete and lead.

`make model` has spin look at every schedule; docs/campaign.md says what must hold and what is assumed. The names in
brackets are the functions that a step stands for; a test looks for each in the source.

A user is told by the owner tag alone, since an instance has a username once: the uid of the object (1, or 2 for the
object that was made anew under its name), or one of the four below. MUTANT takes one protection out. */

#define NONE 0
#define FOREIGN 3   /* somebody else's tag */
#define UNTAGGED 4  /* made in the console */
#define LOST 5      /* made by an operator, without a tag: nobody can tell any more whose it is */

#define FINALIZER_LATE 1
#define NO_PIN 2
#define TAG_LATE 3
#define TAGS_TRUSTED 4
#define NO_WINDOW 5
#define NO_LEASE 6
#define STALE_WRITES 7
#ifndef MUTANT
#define MUTANT 0
#endif

#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef LOSSES
#define LOSSES 1
#endif
#ifndef TAKEOVERS
#define TAKEOVERS 1
#endif
#ifndef MEDDLING
#define MEDDLING 1
#endif
#ifndef OBJECTS
#define OBJECTS 2
#endif

mtype = { CREATE, TAG, DELETE }

/* The object, as the API server holds it. */
bool there, deleting, finalizer, adopts;
byte uid, ref, home;
bool recorded;  /* status.userId */
bool stale[2];  /* it was written since that operator read it: the API server refuses what that one writes then */

/* Amazon Connect: the truth, and what its lists show. */
byte user[3], shown[3];

/* Calls on their way: 0 and 1 are those of the two processes, 2 and 3 those that a process left behind when it died. */
typedef Call { bool sent; mtype what; byte at; byte tag }
Call calls[4];

byte leader;
byte crashes = CRASHES, losses = LOSSES, takeovers = TAKEOVERS, meddling = MEDDLING, moves = 1;

#define under_way (calls[0].sent || calls[1].sent || calls[2].sent || calls[3].sent)
/* After the consistency window: it is longer than any call and any delay of a list. [Inventory._within_window] */
#define complete(i) (!under_way && shown[i] == user[i])
#define owned_by(t) (user[1] == t || user[2] == t)
#define claims(c, t) (calls[c].sent && calls[c].tag == t && calls[c].what != DELETE)
#define claimed(t) (claims(0, t) || claims(1, t) || claims(2, t) || claims(3, t))

#define at_rest (home != 0 && (recorded && user[home] == uid || user[home] == FOREIGN || user[home] == UNTAGGED && !adopts))
#define calm (!there || !deleting && at_rest)

inline written() { stale[0] = true; stale[1] = true }

/* [Election.leads], and the version that was read is still the newest. */
#define may_write(me) (leader == me && there && (!stale[me] || MUTANT == STALE_WRITES))
/* [Clearance.may_call] */
#define may_call(me) (leader == me || MUTANT == NO_LEASE)

inline send(me, kind) {
  calls[me].sent = true; calls[me].what = kind; calls[me].at = place; calls[me].tag = my_uid
}

proctype Operator(byte me) {
  byte my_uid, my_ref, place, seen;
  bool my_deleting, my_finalizer, my_recorded, pinned;

again:
  atomic {  /* [Reconciler._pass] */
    leader == me && there && !calls[me].sent;
    my_uid = uid; my_ref = ref; my_deleting = deleting; my_finalizer = finalizer; my_recorded = recorded;
    pinned = (home != 0); place = (home != 0 -> home : ref); stale[me] = false; seen = NONE
  }
  if
  :: my_deleting -> goto leaving
  :: else
  fi;

  atomic {
    if
    :: !my_finalizer && (MUTANT != FINALIZER_LATE || my_recorded) ->  /* [Creator._prepared] */
       if
       :: may_write(me) && !deleting -> finalizer = true; written()
       :: else
       fi;
       goto again
    :: else
    fi
  }
  atomic {
    if
    :: !pinned && MUTANT != NO_PIN ->  /* [Creator._prepared], [_tag]: Creating, before anything is sent */
       if
       :: may_write(me) -> assert(ref == my_ref); home = place; written()
       :: else
       fi;
       goto again
    :: else
    fi
  }

  seen = shown[place];  /* [Performer._find] */
  atomic {
    if
    :: seen == my_uid && !my_recorded ->
       if
       :: may_write(me) && uid == my_uid -> recorded = true; home = place; written()
       :: else
       fi;
       goto again
    :: seen == UNTAGGED && adopts && user[place] == UNTAGGED && may_call(me) -> send(me, TAG)  /* [_adopt] */
    :: seen == NONE && (!my_recorded || complete(place)) -> goto create  /* [_nobody] */
    :: else -> goto again
    fi
  }
  goto await;

create:
  atomic {  /* [Creator._call]; between the decision and this step the process may stand still for long */
    if
    :: may_call(me) -> send(me, CREATE)
    :: else -> goto again
    fi
  }
  goto await;

leaving:
  if
  :: !pinned && MUTANT != NO_PIN -> goto release  /* nothing was ever attempted: [without_instance] */
  :: else
  fi;
  seen = shown[place];
  if
  :: atomic { seen == my_uid && (user[place] == my_uid || MUTANT == TAGS_TRUSTED) && may_call(me);
       send(me, DELETE) }  /* [Performer._describe] has read the tags; [_deleted] */
     goto await
  :: (complete(place) && user[place] != my_uid) || (MUTANT == NO_WINDOW && seen != my_uid) ->
     goto release  /* [_find_lost], [_of_another] */
  :: else -> goto again
  fi;

release:
  atomic {  /* [Departure.let_go] */
    if
    :: may_write(me) && deleting ->
       assert(!owned_by(uid) && !claimed(uid));
       there = false; finalizer = false; written()
    :: else
    fi
  }
  goto again;

await:
  if
  :: atomic { !calls[me].sent;  /* an answer, or none in time: what came of it is looked up */
       if
       :: MUTANT == TAG_LATE && user[place] == LOST -> skip
       :: else -> goto again
       fi }
  :: atomic { crashes > 0 && calls[me].sent && !calls[2 + me].sent;
       crashes--;
       calls[2 + me].what = calls[me].what; calls[2 + me].at = calls[me].at; calls[2 + me].tag = calls[me].tag;
       calls[2 + me].sent = true; calls[me].sent = false;
       goto again }
  fi;
  if
  :: atomic { crashes > 0; crashes--; goto again }
  :: atomic { user[place] == LOST; user[place] = my_uid; goto again }
  :: user[place] != LOST -> goto again
  fi
}

/* A call takes effect. */
inline land(c) {
  atomic {
    calls[c].sent;
    if
    :: calls[c].what == CREATE && user[calls[c].at] == NONE ->
       assert(there && uid == calls[c].tag);  /* nobody is left behind */
       assert(!owned_by(calls[c].tag));       /* nobody is doubled */
       user[calls[c].at] = (MUTANT == TAG_LATE -> LOST : calls[c].tag)
    :: calls[c].what == TAG && user[calls[c].at] != NONE ->
       assert(user[calls[c].at] == UNTAGGED || user[calls[c].at] == calls[c].tag);  /* nobody is taken */
       assert(there && uid == calls[c].tag);
       user[calls[c].at] = calls[c].tag
    :: calls[c].what == DELETE && user[calls[c].at] != NONE ->
       assert(user[calls[c].at] == calls[c].tag);  /* nobody is erased */
       user[calls[c].at] = NONE
    :: else  /* DuplicateResourceException, ResourceNotFoundException */
    fi;
    calls[c].sent = false
  }
}

/* A call never arrives. That its answer is lost needs no step: an operator looks up in any case what came of it. */
inline lose(c) {
  atomic { losses > 0 && calls[c].sent; losses--; calls[c].sent = false }
}

proctype Connect() {
  do
  :: land(0)
  :: land(1)
  :: land(2)
  :: land(3)
  :: lose(0)
  :: lose(1)
  od
}

/* What is true becomes visible in the lists. */
proctype Lists() {
  do
  :: atomic { shown[1] != user[1]; shown[1] = user[1] }
  :: atomic { shown[2] != user[2]; shown[2] = user[2] }
  od
}

/* Whoever applies manifests. The API server keeps the reference as it is once the object is pinned. */
proctype Person() {
  do
  :: atomic { !there && uid < OBJECTS;
       uid++; there = true; deleting = false; finalizer = false; home = 0; recorded = false; ref = 1; written();
       if
       :: adopts = false
       :: adopts = true
       fi }
  :: atomic { moves > 0 && there && home == 0; moves--; ref = 3 - ref; written() }
  :: atomic { there && !deleting; written();
       if
       :: finalizer -> deleting = true
       :: else -> assert(!owned_by(uid) && !claimed(uid)); there = false
       fi }
  od
}

/* Whoever works in the console, but not in the moment between the reading of a user's tags and the call. */
proctype Console() {
  byte i = 1;
  do
  :: atomic { i == 1; i = 2 }
  :: atomic { i == 2; i = 1 }
  :: atomic { meddling > 0 && !under_way;
       meddling--;
       if
       :: user[i] == NONE -> user[i] = UNTAGGED
       :: user[i] == uid && uid != 0 -> user[i] = FOREIGN
       :: user[i] == uid && uid != 0 -> user[i] = NONE
       :: else
       fi }
  od
}

/* [Election.next_move]: a Lease is taken when it has run out; by then no call of its former holder is on its way. */
proctype Lease() {
  do
  :: atomic { takeovers > 0 && !calls[leader].sent; takeovers--; leader = 1 - leader }
  od
}

init {
  atomic { run Operator(0); run Operator(1); run Connect(); run Lists(); run Person(); run Console(); run Lease() }
}

ltl comes_to_rest { <>[] calm }
