package org.coexhub.state.media;

import org.coexhub.event.PhoneNumberId;

import java.time.Instant;

/**
 * One file of a message, as far as it is known.
 *
 * @param id Meta's media id
 * @param sha256 as the webhook had it; null where it had none
 * @param conversation whose message showed it first
 * @param reason why it waits still, or is lost; null otherwise
 * @param tries how often it was tried, this time included
 * @param bytes size, once it is stored
 * @param notedAt when its message came
 * @param toCount a customer sent it, and it is in no day's count yet
 */
public record MediaRow(
        String id,
        PhoneNumberId number,
        String conversation,
        String mimeType,
        String fileName,
        String sha256,
        State state,
        String reason,
        int tries,
        Long bytes,
        Instant notedAt,
        boolean toCount) {

    /** Reason of a file that waits for the next day. */
    static final String DAILY_QUOTA = "daily_quota";

    /** What became of a file. */
    public enum State {
        /** To be fetched, or being fetched. */
        WAITING,
        /** In the media store. */
        STORED,
        /** Cannot be had; the reason says why. */
        LOST,
        /** Deleted after its retention. */
        EXPIRED;

        public String wireName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static State of(String wireName) {
            return valueOf(wireName.toUpperCase(java.util.Locale.ROOT));
        }
    }

    /** It will not come today: its customer has had a day's share. */
    public boolean isPutOff() {
        return state == State.WAITING && DAILY_QUOTA.equals(reason);
    }

    /** Under which it stands in the store. */
    String key() {
        return Sha256.key(id);
    }
}
