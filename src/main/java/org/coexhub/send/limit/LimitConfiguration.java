package org.coexhub.send.limit;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.command.SendQueue;
import org.coexhub.command.store.CommandLine;
import org.coexhub.conversation.NumberStore;
import org.coexhub.eventlog.StoreSettings;
import org.coexhub.send.graph.GraphReader;
import org.coexhub.send.graph.GraphSettings;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.InstantSource;

import javax.sql.DataSource;

/** Wires the limits. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({LimitSettings.class, StoreSettings.class})
class LimitConfiguration {

    @Bean
    NumberWindow numberWindow(DataSource database, InstantSource clock) {
        return new NumberWindow(database, clock);
    }

    @Bean
    @DependsOnDatabaseInitialization
    SlotSupply slotSupply(DataSource database, StoreSettings store, InstantSource clock) {
        var slots = new SlotSupply(database, clock);
        if (store.url().isBlank()) {
            slots.restAll();
        }
        return slots;
    }

    @Bean
    PairBuckets pairBuckets(DataSource database, LimitSettings settings, InstantSource clock) {
        return new PairBuckets(database, settings, clock);
    }

    @Bean
    NumberLimits numberLimits(
            DataSource database,
            SlotSupply slots,
            GraphReader graph,
            ObjectProvider<NumberStore> numbers,
            LimitSettings settings,
            InstantSource clock) {
        return new NumberLimits(
                database,
                slots,
                graph::number,
                () -> numbers.stream().flatMap(known -> known.ids().stream()).toList(),
                settings,
                clock);
    }

    @Bean
    NumberLines numberLines(
            DataSource database, NumberWindow window, SendQueue queue, InstantSource clock) {
        return new NumberLines(
                window,
                new CommandLine(database, clock),
                new TransactionTemplate(new JdbcTransactionManager(database)),
                queue,
                clock);
    }

    @Bean
    SendLimits sendLimits(
            NumberWindow window,
            SlotSupply slots,
            PairBuckets pairs,
            NumberLimits numbers,
            NumberLines lines,
            LimitSettings settings,
            GraphSettings graph,
            InstantSource clock,
            MeterRegistry meters) {
        return new SendLimits(
                window, slots, pairs, numbers, lines, settings, graph.timeout(), clock, meters);
    }

    @Bean
    InboundCount inboundCount(NumberWindow window) {
        return new InboundCount(window);
    }

    @Bean
    MessagingLimits messagingLimits(DataSource database) {
        return new MessagingLimits(database);
    }

    @Bean
    LimitKeeper limitKeeper(
            NumberLines lines,
            NumberLimits numbers,
            PairBuckets pairs,
            InboundCount inbound,
            MeterRegistry meters) {
        return new LimitKeeper(lines, numbers, pairs, inbound, meters);
    }
}
