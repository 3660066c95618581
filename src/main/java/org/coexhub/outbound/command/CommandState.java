package org.coexhub.outbound.command;

import com.fasterxml.jackson.annotation.JsonValue;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The states of a command. Which may follow which is decided here and nowhere else.
 *
 * <p>Delivery only climbs: sent, delivered, read, played. {@code FAILED} ranks beside {@code SENT}, so a later proof of
 * delivery overrules it. A status can overtake Graph's own answer, and can even arrive after the command was queued for
 * another try; that is why states before {@code SENT} lead straight to the delivered ones.
 */
public enum CommandState {
    ACCEPTED,
    HELD,
    QUEUED,
    SENDING,
    UNRESOLVED,
    SENT,
    DELIVERED,
    READ,
    PLAYED,
    FAILED,
    REJECTED,
    CANCELLED,
    EXPIRED;

    /** The reason of a command that failed because no answer and no status ever told what became of its message. */
    public static final String OUTCOME_UNKNOWN = "outcome_unknown";

    private static final Map<CommandState, Set<CommandState>> NEXT =
            new EnumMap<>(CommandState.class);

    /** States in which the recipient's later commands have to wait. */
    private static final Set<CommandState> OPEN = EnumSet.of(ACCEPTED, QUEUED, SENDING);

    private static final Set<CommandState> REACHED_META = EnumSet.of(SENT, DELIVERED, READ, PLAYED);

    private static final Set<CommandState> OUTCOMES =
            EnumSet.of(UNRESOLVED, FAILED, REJECTED, CANCELLED, EXPIRED);

    private static final Set<CommandState> WAITING = EnumSet.of(ACCEPTED, HELD, QUEUED);

    static {
        allow(ACCEPTED, HELD, QUEUED, FAILED, REJECTED, CANCELLED, EXPIRED);
        allow(HELD, QUEUED, REJECTED, CANCELLED, EXPIRED);
        allow(
                QUEUED, HELD, SENDING, SENT, DELIVERED, READ, PLAYED, FAILED, REJECTED, CANCELLED,
                EXPIRED);
        allow(SENDING, QUEUED, UNRESOLVED, SENT, DELIVERED, READ, PLAYED, FAILED);
        allow(UNRESOLVED, QUEUED, SENT, DELIVERED, READ, PLAYED, FAILED);
        allow(SENT, DELIVERED, READ, PLAYED, FAILED);
        allow(FAILED, DELIVERED, READ, PLAYED);
        allow(DELIVERED, READ, PLAYED);
        allow(READ, PLAYED);
        allow(PLAYED);
        allow(REJECTED);
        allow(CANCELLED);
        allow(EXPIRED);
    }

    private static void allow(CommandState from, CommandState... next) {
        Set<CommandState> set = EnumSet.noneOf(CommandState.class);
        set.addAll(Set.of(next));
        NEXT.put(from, set);
    }

    public boolean canBecome(CommandState next) {
        return NEXT.get(this).contains(next);
    }

    /**
     * Whether a delivery status leads there. That an earlier attempt failed does not end a command that waits for its
     * turn; and where nobody knew what became of a message, Meta's word that it has it is as good as a delivery.
     *
     * @param reason why the command is in this state
     */
    public boolean canBecomeByStatus(CommandState next, String reason) {
        if (this == FAILED && next == SENT) {
            return OUTCOME_UNKNOWN.equals(reason);
        }
        return canBecome(next) && !(next == FAILED && WAITING.contains(this));
    }

    /** The recipient's later commands wait while this one is so. */
    public boolean isOpen() {
        return OPEN.contains(this);
    }

    /** Meta has taken the message. */
    public boolean hasReachedMeta() {
        return REACHED_META.contains(this);
    }

    /** Whether the change from this state is an outcome that is told as an event. */
    public boolean isNewsWhenBecoming(CommandState next) {
        return OUTCOMES.contains(next) || (next.hasReachedMeta() && !hasReachedMeta());
    }

    /** The state a delivery status stands for; empty for statuses not known today. */
    public static Optional<CommandState> ofStatus(String status) {
        return switch (status == null ? "" : status.toLowerCase(Locale.ROOT)) {
            case "sent" -> Optional.of(SENT);
            case "delivered" -> Optional.of(DELIVERED);
            case "read" -> Optional.of(READ);
            case "played" -> Optional.of(PLAYED);
            case "failed" -> Optional.of(FAILED);
            default -> Optional.empty();
        };
    }

    public static CommandState ofWireName(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
