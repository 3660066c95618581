package org.coexhub.connector.chatwoot.client;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The message in Chatwoot that a command came from; stands in the command's correlation.
 *
 * @param part which of the commands that one message became, counted from 0
 */
public record SourceMessage(long account, long conversation, long message, int part) {

    private static final Pattern WRITTEN =
            Pattern.compile("chatwoot:([0-9]{1,18}):([0-9]{1,18}):([0-9]{1,18}):([0-9]{1,4})");

    static Optional<SourceMessage> of(String correlation) {
        Matcher written = WRITTEN.matcher(correlation);
        return written.matches()
                ? Optional.of(
                        new SourceMessage(
                                Long.parseLong(written.group(1)),
                                Long.parseLong(written.group(2)),
                                Long.parseLong(written.group(3)),
                                Integer.parseInt(written.group(4))))
                : Optional.empty();
    }

    public String correlation() {
        return "chatwoot:" + account + ":" + conversation + ":" + message + ":" + part;
    }
}
