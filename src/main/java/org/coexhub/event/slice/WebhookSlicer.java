package org.coexhub.event.slice;

import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.Lane;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.Slice;
import org.coexhub.event.slice.Outline.Item;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Cuts webhook bodies into slices, one per partition and lane that occur.
 *
 * <p>The partition is a hash of business phone number id and customer: by wa_id where the webhook gives it, else by
 * business-scoped id. A webhook with both ids and one with the wa_id alone therefore meet in one partition; one that has
 * the business-scoped id alone may not, because only the identity graph knows its number. Updates without a
 * conversation go by account. The usual body has one partition and is handed on untouched, not even copied.
 */
public final class WebhookSlicer {

    private final int partitions;

    /**
     * @param partitions how many there are; every node of one broker must use the same number
     * @throws IllegalArgumentException if there is not even one
     */
    public WebhookSlicer(int partitions) {
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions must be at least 1, was " + partitions);
        }
        this.partitions = partitions;
    }

    /** Never throws, whatever the bytes; a body that is not a webhook becomes one slice as it is. */
    public List<Slice> cut(byte[] body) {
        Outline outline = OutlineScan.of(body);
        if (outline == null) {
            return List.of(new Slice(partition(Arrays.hashCode(body)), Lane.LIVE, body));
        }
        Item first = outline.items().get(0);
        int partition = partition(first);
        Lane lane = first.lane();
        for (Item item : outline.items()) {
            if (partition(item) != partition || item.lane() != lane) {
                return cut(outline);
            }
        }
        return List.of(new Slice(partition, lane, body));
    }

    /**
     * The partition that webhooks of this conversation go to, for events of the hub's own making.
     *
     * @param customer null in a group
     * @param group null in a one-to-one conversation
     */
    public int partitionOf(PhoneNumberId number, CustomerIdentity customer, String group) {
        String who =
                group != null ? group : Identity.partitionKey(customer.waId(), customer.bsuid());
        return partition((number.value() + ':' + who).hashCode());
    }

    private List<Slice> cut(Outline outline) {
        Map<Integer, List<Item>> parts = new TreeMap<>();
        for (Item item : outline.items()) {
            // Live slices come first: they must not wait for history even inside one transaction.
            int part = item.lane().ordinal() * partitions + partition(item);
            parts.computeIfAbsent(part, unused -> new ArrayList<>()).add(item);
        }
        List<Slice> slices = new ArrayList<>(parts.size());
        parts.forEach(
                (part, items) ->
                        slices.add(
                                new Slice(
                                        part % partitions,
                                        Lane.values()[part / partitions],
                                        SliceAssembly.of(outline, items))));
        return slices;
    }

    private int partition(Item item) {
        return partition(item.partitionKey().hashCode());
    }

    /** String hashes of similar ids differ in few bits; the finish of MurmurHash3 spreads them over all. */
    private int partition(int hash) {
        int mixed = hash;
        mixed = (mixed ^ (mixed >>> 16)) * 0x85ebca6b;
        mixed = (mixed ^ (mixed >>> 13)) * 0xc2b2ae35;
        return Math.floorMod(mixed ^ (mixed >>> 16), partitions);
    }
}
