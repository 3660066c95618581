package org.coexhub.platform.broker;

import org.apache.activemq.artemis.core.security.CheckType;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rights of a program that enters by the embedded broker's listener: it sends commands, subscribes to events, and
 * has queues of its own for answers. Of the hub's queues it reads those that {@code HUB_BROKER_LISTEN_READS} names, and
 * it writes into none. The same stands in {@code docker/artemis/broker.xml} for an external broker.
 */
record ProgramRights(List<String> reads) {

    /** All destinations. */
    private static final String ALL = "*";

    private static final Pattern RESERVED = Pattern.compile("(?:wa\\.|activemq\\.|\\$).*");

    /** Where a broker routes by them, an address with one gets what is sent to others. */
    private static final Pattern WILD = Pattern.compile("[#*]");

    private static final String QUEUE_OF = "::";

    private static final Set<CheckType> READING = Set.of(CheckType.CONSUME, CheckType.BROWSE);

    private static final Set<CheckType> SUBSCRIBING =
            Set.of(
                    CheckType.CONSUME,
                    CheckType.BROWSE,
                    CheckType.CREATE_DURABLE_QUEUE,
                    CheckType.DELETE_DURABLE_QUEUE,
                    CheckType.CREATE_NON_DURABLE_QUEUE,
                    CheckType.DELETE_NON_DURABLE_QUEUE);

    private static final Set<CheckType> NEVER =
            Set.of(CheckType.MANAGE, CheckType.VIEW, CheckType.EDIT);

    /** @param address as the broker asks, also with a queue: {@code address::queue} */
    boolean allow(CheckType wish, String address) {
        int colons = address.indexOf(QUEUE_OF);
        String where = colons < 0 ? address : address.substring(0, colons);
        String queue = colons < 0 ? "" : address.substring(colons + QUEUE_OF.length());
        if (NEVER.contains(wish) || WILD.matcher(where).find()) {
            return false;
        }
        if (where.equals(QueueNames.COMMANDS)) {
            return wish == CheckType.SEND;
        }
        if (isReserved(queue) && !queue.equals(where)) {
            return false;
        }
        if (where.equals(QueueNames.EVENTS_TOPIC)) {
            return SUBSCRIBING.contains(wish);
        }
        return isReserved(where) ? READING.contains(wish) && isReadable(where) : true;
    }

    private boolean isReadable(String queue) {
        return reads.contains(ALL)
                ? queue.startsWith(QueueNames.out(""))
                : reads.stream()
                        .anyMatch(
                                name ->
                                        queue.equals(QueueNames.out(name))
                                                || queue.equals(QueueNames.history(name)));
    }

    private static boolean isReserved(String name) {
        return RESERVED.matcher(name).matches();
    }
}
