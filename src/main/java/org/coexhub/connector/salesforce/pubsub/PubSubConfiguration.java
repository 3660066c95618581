package org.coexhub.connector.salesforce.pubsub;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.connector.salesforce.client.SalesforceSettings;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.InstantSource;

import javax.sql.DataSource;

/** Wires the component that routes read platform events from. It opens nothing before a route does. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({SalesforceSettings.class, PubSubSettings.class})
class PubSubConfiguration {

    /** Makes what is told about a channel. */
    @FunctionalInterface
    interface Subscriptions {
        Subscription of(String channel);
    }

    @Bean("salesforce-events")
    SalesforceEventsComponent salesforceEventsComponent(
            SalesforceSettings org,
            PubSubSettings settings,
            SubscriptionSettings guards,
            GivenUpEvents givenUp,
            DataSource database,
            InstantSource clock,
            MeterRegistry meters) {
        return new SalesforceEventsComponent(
                () -> new PubSubClient(org, settings),
                guards,
                givenUp,
                new ReplayStore(database, clock),
                clock,
                channel -> new Subscription(channel, meters, clock));
    }

    /** Always up: nobody shall restart a hub because Salesforce is away. */
    @Bean
    HealthIndicator salesforceEventsHealthIndicator(SalesforceEventsComponent events) {
        return () -> Health.up().withDetails(events.describe()).build();
    }
}
