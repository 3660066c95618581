package org.coexhub.salesforce.commands;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.command.CommandIntake;
import org.coexhub.command.CommandStore;
import org.coexhub.command.queue.CommandLetters;
import org.coexhub.eventlog.OwnEvents;
import org.coexhub.salesforce.pubsub.GivenUpEvents;
import org.coexhub.salesforce.pubsub.Guards;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.InstantSource;

/** Wires what the route {@code commands-salesforce} calls. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SalesforceCommandSettings.class)
class SalesforceCommandsConfiguration {

    @Bean
    Guards salesforceEventGuards(SalesforceCommandSettings settings) {
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
            OwnEvents events,
            InstantSource clock,
            MeterRegistry meters) {
        return new SalesforceCommands(
                new SendEventMapping(settings.number(), intake),
                new LoopGuard(commands, settings.acceptOwn()),
                new Refusals(events, clock),
                meters);
    }
}
