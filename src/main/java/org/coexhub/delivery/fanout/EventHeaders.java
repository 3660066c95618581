package org.coexhub.delivery.fanout;

import java.util.List;

/** Headers of a delivered event: message properties in the queue, exchange headers in the route. */
public final class EventHeaders {

    public static final String ID = "HubEventId";
    public static final String TYPE = "HubEventType";
    public static final String CONVERSATION = "HubConversation";
    public static final String ORIGIN = "HubOrigin";
    public static final String NUMBER = "HubPhoneNumberId";

    /** On outcomes of commands: the {@code sourceName} of whoever gave the command, where it gave one. */
    public static final String SOURCE_NAME = "HubSourceName";

    /** {@code true} on events that are sent again from the event log. */
    public static final String REPLAY = "HubReplay";

    /** Characters of a batch's ids that a header may have; a broker takes no message with much longer headers. */
    public static final int LONGEST_IDS = 16 * 1024;

    public static final List<String> ALL =
            List.of(ID, TYPE, CONVERSATION, ORIGIN, NUMBER, SOURCE_NAME, REPLAY);

    private EventHeaders() {}
}
