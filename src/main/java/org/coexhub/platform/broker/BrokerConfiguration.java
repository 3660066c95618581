package org.coexhub.platform.broker;

import io.micrometer.core.instrument.MeterRegistry;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;

import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.component.jms.JmsComponent;
import org.coexhub.platform.postgres.PostgresServer;
import org.coexhub.platform.settings.DataDirectory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jms.connection.CachingConnectionFactory;

import java.util.Optional;

/** Creates the beans of the queues: which broker, who shares a connection, and what Camel's {@code jms:} may do. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BrokerSettings.class)
class BrokerConfiguration {

    /** Enough for every thread that sends at once; a smaller cache opens and closes sessions all the time. */
    private static final int CACHED_SESSIONS = 128;

    /**
     * Begins after the hub's own database and ends before it, whose lock keeps a second hub, and the commands that copy
     * the files of both, away from the data directory.
     */
    @Bean(destroyMethod = "close")
    Broker broker(
            BrokerSettings settings, DataDirectory data, ObjectProvider<PostgresServer> database)
            throws Exception {
        database.getIfAvailable();
        Optional<EmbeddedBroker> embedded =
                settings.embedded()
                        ? Optional.of(new EmbeddedBroker(settings, data.path()))
                        : Optional.empty();
        return new Broker(settings, embedded);
    }

    /** Sessions of this factory are shared; {@link TransactedReceiver} binds its own session under it. */
    @Bean(destroyMethod = "destroy")
    @Primary
    CachingConnectionFactory connectionFactory(Broker broker) {
        var caching = new CachingConnectionFactory(broker.newConnectionFactory());
        caching.setSessionCacheSize(CACHED_SESSIONS);
        caching.setCacheConsumers(false);
        caching.setReconnectOnException(true);
        return caching;
    }

    @Bean(destroyMethod = "close")
    Queues queues(Broker broker) {
        var queues = new Queues(broker);
        QueueNames.CORE.forEach(queues::ensure);
        queues.ensureTopic(QueueNames.EVENTS_TOPIC);
        return queues;
    }

    @Bean
    ReceiverFactory receiverFactory(Broker broker, Queues queues, ConnectionFactory shared) {
        return new ReceiverFactory(broker, shared);
    }

    @Bean
    StepPatience stepPatience(MeterRegistry meters) {
        return new StepPatience(meters);
    }

    @Bean("jms")
    JmsComponent jms(ConnectionFactory connectionFactory, Queues queues) throws JMSException {
        return SafeJms.component(connectionFactory);
    }

    /** Raw factories in one place, so every connection gets the same safe URL options. */
    static ActiveMQConnectionFactory factory(BrokerSettings settings, String url) {
        var factory = new ActiveMQConnectionFactory(url);
        factory.setDeserializationDenyList("*");
        factory.setConsumerWindowSize(64 * 1024);
        factory.setBlockOnDurableSend(true);
        factory.setBlockOnAcknowledge(false);
        factory.setCallTimeout(10_000);
        // A broker that vanishes without a word is noticed by its missing pings, by default after a
        // minute.
        factory.setClientFailureCheckPeriod(5_000);
        factory.setConnectionTTL(15_000);
        if (!settings.embedded()) {
            factory.setUser(settings.user());
            factory.setPassword(settings.password());
        }
        return factory;
    }
}
