package org.coexhub.state.media;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.state.media.store.DiskSpace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;

/**
 * Stops the fetching of files, and what is handed in to upload, while the disk is nearly full, well before the broker stops: what customers send must not
 * take the room that webhooks are stored in. Files under way are counted with the size that Graph named. Waiting files
 * stay as they are; fetching goes on once the disk is emptier again by a margin.
 */
public final class DiskLimit {

    private static final Logger LOG = LoggerFactory.getLogger(DiskLimit.class);

    /** Percentage points; a broker stores nothing past its own limit. */
    private static final int BELOW_THE_BROKER = 5;

    private static final int MARGIN = 2;

    private final DiskSpace disk;
    private final int percent;
    private long underWay;
    private long refused;
    private volatile boolean paused;

    /** @param percent of the disk in use, at most */
    DiskLimit(DiskSpace disk, int percent) {
        this.disk = disk;
        this.percent = percent;
    }

    /** Counts itself as a metric. */
    DiskLimit measuredBy(MeterRegistry meters) {
        Gauge.builder("hub_media_paused", this, limit -> limit.paused ? 1 : 0)
                .description("1 while the disk is too full for files of messages")
                .register(meters);
        return this;
    }

    /**
     * @param media percent, as set
     * @param embeddedBroker percent at which it stores nothing more
     */
    static int below(int media, int embeddedBroker) {
        return Math.min(media, embeddedBroker - BELOW_THE_BROKER);
    }

    /** Whether files are fetched now. */
    boolean allows() {
        return allows(0);
    }

    /** Keeps room for a file until it is given back; false where there is none. */
    synchronized boolean reserve(long bytes) {
        boolean allowed = allows(bytes);
        if (allowed) {
            underWay += bytes;
        }
        return allowed;
    }

    /** Whether so many bytes more may be written; asking pauses nothing, for smaller files may still have room. */
    synchronized boolean hasRoomFor(long bytes) {
        try {
            return disk.now().holds(underWay + bytes, percent);
        } catch (IOException e) {
            LOG.debug("The disk does not tell its room", e);
            return true;
        }
    }

    /** The file is on the disk, or will never be. */
    synchronized void giveBack(long bytes) {
        underWay -= bytes;
    }

    public boolean isPaused() {
        return paused;
    }

    /** Percentage of the disk in use at which fetching stops. */
    public int percent() {
        return percent;
    }

    private synchronized boolean allows(long bytes) {
        try {
            DiskSpace.Room room = disk.now();
            if (paused && room.holds(underWay + refused, percent - MARGIN)) {
                paused = false;
                LOG.info("Media is fetched again: the disk is {} % full", room.percentUsed());
            }
            if (!paused && !room.holds(underWay + bytes, percent)) {
                paused = true;
                refused = bytes;
                LOG.warn(
                        "Media is not fetched: the disk of HUB_DATA_DIR is {} % full, and at {} %"
                                + " fetching stops so that webhooks can still be stored. It goes on"
                                + " at {} %; make room, or see HUB_MEDIA_MAX_DISK_USAGE",
                        room.percentUsed(), percent, percent - MARGIN);
            }
        } catch (IOException e) {
            LOG.debug("The disk does not tell its room", e);
        }
        return !paused;
    }
}
