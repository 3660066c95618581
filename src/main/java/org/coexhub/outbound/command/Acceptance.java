package org.coexhub.outbound.command;

/**
 * The answer to a request that was taken.
 *
 * @param id the command, old or new
 * @param state where it stands now
 * @param group message group of its pointer
 * @param fresh false when the key was known
 */
public record Acceptance(CommandId id, CommandState state, String group, boolean fresh) {

    /** What every request with this key is told, the first and any repetition. */
    public static final String FIRST_STATUS = CommandState.ACCEPTED.wireName();

    /** Whether a pointer on the send queue is of use. */
    public boolean needsPointer() {
        return state == CommandState.ACCEPTED || state == CommandState.QUEUED;
    }

    public Pointer pointer() {
        return new Pointer(id, group);
    }
}
