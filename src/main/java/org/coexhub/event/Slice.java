package org.coexhub.event;

/**
 * One part of a webhook body: all updates of one partition, in Meta's order.
 *
 * @param partition number of the partition, from 0; updates of one conversation always share it
 * @param lane whether the updates are live or imported history
 * @param body a valid webhook body of its own, or the untouched body where there was nothing to cut
 * @param own whether the hub itself made it; never so for what came from outside, whatever it looks like
 */
public record Slice(int partition, Lane lane, byte[] body, boolean own) {

    /** What came from Meta. */
    public Slice(int partition, Lane lane, byte[] body) {
        this(partition, lane, body, false);
    }

    /** What the hub tells itself. */
    public static Slice own(int partition, byte[] body) {
        return new Slice(partition, Lane.LIVE, body, true);
    }
}
