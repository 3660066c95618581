package org.coexhub.state.media;

/** Thrown when a file is not uploaded. The message says why and what would help. */
public final class MediaRefusedException extends Exception {

    /** Whose fault it is. */
    public enum Kind {
        /** WhatsApp takes no such file. */
        TYPE,
        /** WhatsApp takes such files, but smaller ones. */
        SIZE,
        /** The stored file it was to be made of is not there. */
        ABSENT,
        /** The disk is too full to take it in; it may be sent again later. */
        NO_ROOM,
        /** Meta did not take it, or did not answer. */
        META
    }

    private final Kind kind;

    public MediaRefusedException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** Whether the same file may be taken later. */
    public boolean isPassing() {
        return kind == Kind.META || kind == Kind.NO_ROOM;
    }

    public Kind kind() {
        return kind;
    }
}
