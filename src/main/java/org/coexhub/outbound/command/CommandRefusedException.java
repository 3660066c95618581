package org.coexhub.outbound.command;

import java.util.List;
import java.util.stream.Collectors;

/** A command that was not accepted; nothing of it is stored. */
public final class CommandRefusedException extends RuntimeException {

    /** Why it was refused. */
    public enum Kind {
        /** The idempotency key is missing or cannot be used. */
        KEY(400, "Idempotency key not usable"),
        /** The command is malformed; the faults say where. */
        FORM(422, "Command not valid"),
        /** Whoever hands it in may not send this. */
        FORBIDDEN(403, "Not this caller's"),
        /** It is larger than any command. */
        SIZE(413, "Command too large"),
        /** The key already belongs to a different command. */
        CONFLICT(409, "Idempotency key in use");

        private final int status;
        private final String title;

        Kind(int status, String title) {
            this.status = status;
            this.title = title;
        }

        /** The HTTP status that says so, in answers by other ways as well. */
        public int status() {
            return status;
        }

        /** The title of the problem (RFC 9457). */
        public String title() {
            return title;
        }
    }

    private final Kind kind;
    private final transient List<Violation> faults;

    private CommandRefusedException(Kind kind, String message, List<Violation> faults) {
        super(message);
        this.kind = kind;
        this.faults = List.copyOf(faults);
    }

    public static CommandRefusedException badKey(String message) {
        return new CommandRefusedException(Kind.KEY, message, List.of());
    }

    public static CommandRefusedException malformed(List<Violation> faults) {
        String all =
                faults.stream()
                        .map(
                                fault ->
                                        (fault.pointer().isEmpty() ? "document" : fault.pointer())
                                                + ": "
                                                + fault.detail())
                        .collect(Collectors.joining("; "));
        return new CommandRefusedException(Kind.FORM, all, faults);
    }

    /** No webhook has shown the number that is to send, and nobody configured it. */
    public static CommandRefusedException unknownNumber() {
        return malformed(
                List.of(
                        new Violation(
                                "/" + SendCommand.FROM,
                                "unknown_number: no webhook has shown this phone number id, and it"
                                        + " is not in HUB_NUMBERS")));
    }

    /** @param detail what this caller may not do */
    public static CommandRefusedException forbidden(String detail) {
        return new CommandRefusedException(Kind.FORBIDDEN, detail, List.of());
    }

    public static CommandRefusedException tooLarge(int most) {
        return new CommandRefusedException(
                Kind.SIZE, "a command has at most " + most / 1024 + " KiB", List.of());
    }

    public static CommandRefusedException conflict() {
        return new CommandRefusedException(
                Kind.CONFLICT, "the idempotency key was used for a different command", List.of());
    }

    public Kind kind() {
        return kind;
    }

    public List<Violation> faults() {
        return faults;
    }
}
