package org.coexhub.sandbox.meta.account;

import java.time.Duration;

/**
 * The misbehaviour that Meta is allowed and shows: none of it is a fault of the protocol, all of it breaks naive
 * receivers.
 *
 * @param duplicates every webhook is posted twice
 * @param reorder updates that come close together are posted last first
 * @param batch updates that come close together share one POST
 * @param network what happens to sends of the hub to Graph; unplugged, webhooks do not get through either
 * @param slowness the delay of {@link GraphFault#SLOW}
 */
public record Misbehaviour(
        boolean duplicates, boolean reorder, boolean batch, GraphFault network, Duration slowness) {

    public Misbehaviour {
        network = network == null ? GraphFault.NONE : network;
        slowness = slowness == null ? Duration.ofSeconds(3) : slowness;
    }

    public static final Misbehaviour NONE =
            new Misbehaviour(false, false, false, GraphFault.NONE, Duration.ofSeconds(3));

    public Misbehaviour withDuplicates(boolean on) {
        return new Misbehaviour(on, reorder, batch, network, slowness);
    }

    public Misbehaviour withReorder(boolean on) {
        return new Misbehaviour(duplicates, on, batch, network, slowness);
    }

    public Misbehaviour withBatch(boolean on) {
        return new Misbehaviour(duplicates, reorder, on, network, slowness);
    }

    public Misbehaviour withNetwork(GraphFault fault) {
        return new Misbehaviour(duplicates, reorder, batch, fault, slowness);
    }

    public Misbehaviour withSlowness(Duration delay) {
        return new Misbehaviour(duplicates, reorder, batch, network, delay);
    }

    /** Whether webhooks get no answer. */
    public boolean unplugged() {
        return network == GraphFault.UNPLUGGED;
    }

    public boolean gathers() {
        return reorder || batch;
    }
}
