package org.coexhub.outbound.send.limit;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.outbound.command.SendQueue;
import org.coexhub.outbound.command.store.NumberBacklog;
import org.coexhub.outbound.graph.GraphReader;
import org.coexhub.platform.graph.GraphSettings;
import org.coexhub.platform.store.StoreSettings;
import org.coexhub.state.conversation.NumberStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.InstantSource;

import javax.sql.DataSource;

/** Creates the beans that keep Meta's limits. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({LimitSettings.class, StoreSettings.class})
class LimitConfiguration {

    @Bean
    SendSlots sendSlots(DataSource database, InstantSource clock) {
        return new SendSlots(database, clock);
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
            SlotSupply supply,
            GraphReader graph,
            ObjectProvider<NumberStore> numbers,
            LimitSettings settings,
            InstantSource clock) {
        return new NumberLimits(
                database,
                supply,
                graph::number,
                () -> numbers.stream().flatMap(known -> known.ids().stream()).toList(),
                settings,
                clock);
    }

    @Bean
    BacklogDispatcher backlogDispatcher(
            DataSource database, SendSlots slots, SendQueue queue, InstantSource clock) {
        return new BacklogDispatcher(
                slots,
                new NumberBacklog(database, clock),
                new TransactionTemplate(new JdbcTransactionManager(database)),
                queue,
                clock);
    }

    @Bean
    SendLimits sendLimits(
            SendSlots slots,
            SlotSupply supply,
            PairBuckets pairs,
            NumberLimits numbers,
            BacklogDispatcher backlog,
            LimitSettings settings,
            GraphSettings graph,
            InstantSource clock,
            MeterRegistry meters) {
        return new SendLimits(
                slots, supply, pairs, numbers, backlog, settings, graph.timeout(), clock, meters);
    }

    @Bean
    InboundCount inboundCount(SendSlots slots, InstantSource clock) {
        return new InboundCount(slots, clock);
    }

    @Bean
    MessagingLimits messagingLimits(DataSource database) {
        return new MessagingLimits(database);
    }

    @Bean
    LimitKeeper limitKeeper(
            BacklogDispatcher backlog,
            SlotSupply slots,
            NumberLimits numbers,
            PairBuckets pairs,
            InboundCount inbound,
            MeterRegistry meters) {
        return new LimitKeeper(backlog, slots, numbers, pairs, inbound, meters);
    }
}
