package org.coexhub.platform.broker;

import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

import java.util.Optional;

/** The broker in use, embedded or external, and whether it can store anything right now. */
public final class Broker {

    /** Of the embedded broker, below the data directory. */
    public static final String FOLDER = "broker";

    /** Below that one, what a running backup holds on to. */
    public static final String SNAPSHOT_FOLDER = BrokerSnapshot.FOLDER;

    private final BrokerSettings settings;
    private final Optional<EmbeddedBroker> embedded;
    private final Optional<StorageProbe> probe;

    Broker(BrokerSettings settings, Optional<EmbeddedBroker> embedded) {
        this.settings = settings;
        this.embedded = embedded;
        this.probe =
                embedded.isPresent()
                        ? Optional.empty()
                        : Optional.of(new StorageProbe(this::newConnectionFactory));
    }

    /** A factory of new, unshared connections with the hub's safe options. */
    public ActiveMQConnectionFactory newConnectionFactory() {
        return BrokerConfiguration.factory(
                settings, embedded.map(EmbeddedBroker::url).orElse(settings.url()));
    }

    /**
     * False when the embedded broker is down or its disk is past the limit, and within {@link
     * StorageProbe#LONGEST_SILENCE} and a second after an external one has stopped to store.
     */
    public boolean storesDurably() {
        return embedded.map(EmbeddedBroker::storesDurably).orElse(true)
                && probe.map(StorageProbe::storedLately).orElse(true);
    }

    /** False when an external broker has not answered for as long; one whose disk is full answers. */
    boolean answers() {
        return probe.map(StorageProbe::answeredLately).orElse(true);
    }

    public boolean isEmbedded() {
        return embedded.isPresent();
    }

    /**
     * Keeps the embedded broker's files as they are at one moment. One at a time.
     *
     * @param action what is to happen at that moment
     */
    public BrokerSnapshot snapshot(BrokerSnapshot.AtTheCut action) throws Exception {
        return embedded.orElseThrow().snapshot(action);
    }

    @EventListener(ApplicationReadyEvent.class)
    void hubIsReady() {
        embedded.ifPresentOrElse(EmbeddedBroker::hubIsReady, this::compareSettings);
    }

    private void compareSettings() {
        Thread.ofVirtual()
                .name("broker-settings")
                .start(
                        () -> {
                            try (var connections = newConnectionFactory()) {
                                new ExternalBrokerCheck().log(connections);
                            }
                        });
    }

    void close() throws Exception {
        probe.ifPresent(StorageProbe::close);
        if (embedded.isPresent()) {
            embedded.get().close();
        }
    }
}
