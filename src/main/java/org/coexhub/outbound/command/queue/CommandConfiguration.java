package org.coexhub.outbound.command.queue;

import jakarta.jms.ConnectionFactory;

import org.coexhub.outbound.command.Acceptance;
import org.coexhub.outbound.command.KnownNumbers;
import org.coexhub.outbound.command.MicroBatcher;
import org.coexhub.outbound.command.RepeatListener;
import org.coexhub.outbound.command.SendQueue;
import org.coexhub.outbound.command.intake.CommandGate;
import org.coexhub.outbound.command.intake.CommandIntake;
import org.coexhub.outbound.command.store.CommandSchedule;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.outbound.command.store.Submission;
import org.coexhub.platform.batch.GroupCommit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

import javax.sql.DataSource;

/** Wires the command store and the ways into it. */
@Configuration(proxyBeanMethods = false)
class CommandConfiguration {

    private static final int AT_ONCE = 2;

    /** A command may have 256 KiB. */
    private static final int MOST_TOGETHER = 100;

    @Bean
    CommandStore commandStore(DataSource database, InstantSource clock) {
        return new CommandStore(database, clock);
    }

    @Bean
    CommandSchedule commandSchedule(DataSource database, CommandStore store, InstantSource clock) {
        return new CommandSchedule(database, store, clock);
    }

    /** While one transaction waits for the disk, the next is made. */
    @Bean
    GroupCommit<Submission, Optional<Acceptance>> commandsToStore(CommandStore store) {
        return new GroupCommit<>("command-store", AT_ONCE, MOST_TOGETHER, store::accept);
    }

    @Bean
    CommandIntake commandIntake(
            CommandStore store,
            GroupCommit<Submission, Optional<Acceptance>> commandsToStore,
            ObjectProvider<RepeatListener> repeats,
            KnownNumbers numbers) {
        return new CommandIntake(
                store,
                commandsToStore::call,
                repeats.getIfAvailable(() -> (first, number) -> {}),
                numbers);
    }

    @Bean
    SendQueue sendQueue(ConnectionFactory connections) {
        return new JmsSendQueue(connections);
    }

    @Bean
    CommandLetters commandLetters(ConnectionFactory connections, InstantSource clock) {
        return new CommandLetters(connections, clock);
    }

    @Bean
    MicroBatcher<Acceptance> pointersToPut(CommandSchedule schedule, SendQueue queue) {
        return new MicroBatcher<>(
                "command-pointers", Duration.ZERO, accepted -> schedule.enqueue(queue, accepted));
    }

    @Bean
    CommandGate commandGate(CommandIntake intake, MicroBatcher<Acceptance> pointersToPut) {
        return new CommandGate(intake, pointersToPut::add);
    }

    @Bean
    JmsAnswers jmsAnswers(ConnectionFactory connections) {
        return new JmsAnswers(connections);
    }

    @Bean
    CommandQueueIntake commandQueueIntake(
            CommandIntake intake, CommandSchedule schedule, InstantSource clock) {
        return new CommandQueueIntake(intake, schedule, clock);
    }
}
