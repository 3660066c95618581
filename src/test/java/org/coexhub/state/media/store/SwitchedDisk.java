package org.coexhub.state.media.store;

/** A disk of a gigabyte that is as full as a test says; empty at first. */
public final class SwitchedDisk implements DiskSpace {

    private static final long TOTAL = 1_000_000_000;

    private volatile long used;

    public void percentUsed(int percent) {
        used = TOTAL / 100 * percent;
    }

    /** So full that so many bytes are left up to the percentage. */
    public void roomBelow(int percent, long bytes) {
        used = TOTAL / 100 * percent - bytes;
    }

    @Override
    public Room now() {
        return new Room(TOTAL, TOTAL - used);
    }
}
