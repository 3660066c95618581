package org.coexhub.connector.salesforce.pubsub;

/** Parks the platform events that a route has failed at for good. */
@FunctionalInterface
public interface GivenUpEvents {

    /**
     * Returns once the event is durable as a dead letter, and whoever published it has been told where such are told.
     *
     * @param own whether the hub's own user published it, who is told nothing
     * @param fault why the payload cannot be read; null where it can
     * @param body the event's fields as a JSON object, or the payload as it came
     */
    void park(String id, boolean own, String fault, byte[] body);
}
