package org.coexhub.platform.broker;

import java.util.List;

/** The queue names other programs may rely on. */
public final class QueueNames {

    /** Webhook slices of live traffic, grouped by partition. */
    public static final String IN = "wa.in";

    /** Webhook slices of imported history, on an address of their own so that they never delay live traffic. */
    public static final String HISTORY = "wa.history";

    /** Events that could not be handled, alone, each with its reason. */
    public static final String DEAD_IN = "wa.dlq.in";

    public static final String COMMANDS = "wa.commands";

    /** Property of commands on {@link #OWN_COMMANDS} and of their dead letters: within which the caller's keys count. */
    public static final String NAMESPACE = "HubNamespace";

    /** Property of an exchange whose namespace the hub itself has written. */
    public static final String OWN = "HubOwnCommands";

    /** Commands of the hub's own connectors, and dead letters that are replayed; nobody else may write there. */
    public static final String OWN_COMMANDS = "wa.commands.own";

    public static final String SEND = "wa.send";
    public static final String DEAD_COMMANDS = "wa.dlq.commands";

    /**
     * Property of dead letters: when they were parked, in milliseconds by the hub's clock, which operations go by. The
     * message's own time is the machine's.
     */
    public static final String PARKED_AT = "HubParkedAt";

    /** Multicast address that foreign JMS programs subscribe to. */
    public static final String EVENTS_TOPIC = "wa.events";

    /** What the broker itself could neither deliver nor keep: expired messages of foreign programs. */
    public static final String BROKER = "wa.dlq.broker";

    /** Where the hub tries whether an external broker stores; keeps the newest message only. */
    public static final String PROBE = "wa.probe";

    /** One message for each replay that runs, without which none of its stretches is sent. */
    public static final String BATONS = "wa.batons";

    public static final List<String> CORE =
            List.of(BROKER, IN, HISTORY, DEAD_IN, COMMANDS, OWN_COMMANDS, SEND, DEAD_COMMANDS);

    private QueueNames() {}

    public static String out(String destination) {
        return "wa.out." + destination;
    }

    /** Imported history of a destination, beside its live traffic so that it never delays it. */
    public static String history(String destination) {
        return out(destination) + ".history";
    }

    public static String deadLetters(String destination) {
        return "wa.dlq." + destination;
    }

    /** All queues of a destination. */
    public static List<String> ofDestination(String destination) {
        return List.of(out(destination), history(destination), deadLetters(destination));
    }
}
