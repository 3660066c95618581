package org.coexhub.inbound.journal;

/** Exchange properties between the journal consumer and the route it runs. */
public final class JournalExchange {

    /** The transacted {@code jakarta.jms.Session}; what is sent on it leaves with the commit. */
    public static final String SESSION = "HubJournalSession";

    /** How many events the batch holds, set by the route's first step. */
    public static final String EVENTS = "HubJournalEvents";

    /** With a single event asked for: its id and the slice to park should it fail. */
    public static final String EVENT_ID = "HubJournalEventId";

    public static final String DEAD_BODY = "HubJournalDeadBody";

    /** Whether that slice is one of the hub's own making; else it is in Meta's form. */
    public static final String DEAD_OWN = "HubJournalDeadOwn";

    /** Whether its slice has the same event before it. */
    public static final String REPETITION = "HubJournalRepetition";

    private JournalExchange() {}
}
