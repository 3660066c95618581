package org.coexhub.connector.chatwoot.incoming;

import org.coexhub.connector.chatwoot.client.SourceMessage;

/** A command on its way to {@code wa.commands}; getters because the routes' expressions read it. */
public final class Reply {

    private final String key;
    private final byte[] command;
    private final SourceMessage origin;
    private final boolean last;

    /** @param last no further command of the same message follows */
    Reply(String key, byte[] command, SourceMessage origin, boolean last) {
        this.key = key;
        this.command = command;
        this.origin = origin;
        this.last = last;
    }

    public String getKey() {
        return key;
    }

    /** Message group: what is written in one conversation is taken in by one hub node, so in its order. */
    public String getGroup() {
        return "chatwoot:" + origin.account() + ":" + origin.conversation();
    }

    public byte[] getCommand() {
        return command;
    }

    boolean isRetry() {
        return key.contains(AgentReplies.RETRY);
    }

    boolean isLast() {
        return last;
    }

    SourceMessage origin() {
        return origin;
    }
}
