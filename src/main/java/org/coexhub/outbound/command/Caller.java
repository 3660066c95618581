package org.coexhub.outbound.command;

/**
 * Whoever hands a command in, as its door knows it: by the credential, never by what the command says of itself.
 *
 * @param namespace in which the caller's idempotency keys count; those of two namespaces never meet
 * @param origin the door, such as {@code rest}; kept with the command
 */
public record Caller(String namespace, String origin) {

    private static final int MAX_LENGTH = 255;

    /** The API token. */
    public static final Caller API = new Caller("api", "rest");

    /** Rows of bulks; they let others of their number go first. */
    public static final Caller BULK = new Caller("bulk", "bulk");

    public static final Caller BOT = new Caller("bot", "chatbot");

    public static final Caller HUBSPOT = new Caller("hubspot", "hubspot");

    /** All that sign with {@code HUB_COMMANDS_SECRET}: one credential, whatever names they give themselves. */
    public static final Caller SIGNED = new Caller("signed", "signed");

    public Caller {
        if (namespace.length() > MAX_LENGTH) {
            throw CommandRefusedException.badKey(
                    "the caller's name is too long to keep keys for it");
        }
    }

    /** Who signs with a secret that is bound to this name. */
    public static Caller signed(String name) {
        return new Caller("signed:" + name, "signed");
    }

    /** A program that sends to {@code wa.commands}. @param user by which the broker knows it; null where it tells none */
    public static Caller program(String user) {
        return new Caller(user == null ? "jms" : "jms:" + user, "jms");
    }

    /** A connector of the hub's own, or a dead letter of whomever: by the queue that nobody else may write to. */
    public static Caller inside(String namespace) {
        return namespace == null ? program(null) : new Caller(namespace, "jms");
    }
}
