package org.coexhub.connector.salesforce.commands;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.connector.salesforce.pubsub.GivenUpEvents;
import org.coexhub.connector.salesforce.pubsub.SubscriptionSettings;
import org.coexhub.inbound.eventlog.OwnEvents;
import org.coexhub.outbound.command.intake.CommandGate;
import org.coexhub.outbound.command.intake.CommandIntake;
import org.coexhub.outbound.command.queue.CommandLetters;
import org.coexhub.outbound.command.store.CommandStore;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.InstantSource;

/** Wires what the route {@code commands-salesforce} calls. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SalesforceCommandSettings.class)
class SalesforceCommandsConfiguration {

    @Bean
    SubscriptionSettings salesforceEventGuards(SalesforceCommandSettings settings) {
        return settings.guards();
    }

    @Bean
    GivenUpEvents salesforceGivenUpEvents(
            SalesforceCommandSettings settings,
            OwnEvents events,
            CommandLetters letters,
            InstantSource clock,
            MeterRegistry meters) {
        return new GivenUpSendEvents(
                new Refusals(events, clock), settings.acceptOwn(), letters, meters);
    }

    @Bean
    SalesforceCommands salesforceCommands(
            SalesforceCommandSettings settings,
            CommandStore commands,
            CommandIntake intake,
            CommandGate gate,
            OwnEvents events,
            InstantSource clock,
            MeterRegistry meters) {
        return new SalesforceCommands(
                new SendEventMapping(settings.number(), intake),
                new LoopGuard(commands, settings.acceptOwn()),
                gate,
                new Refusals(events, clock),
                clock,
                meters);
    }
}
