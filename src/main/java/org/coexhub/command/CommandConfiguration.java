package org.coexhub.command;

import jakarta.jms.ConnectionFactory;

import org.coexhub.command.queue.CommandLetters;
import org.coexhub.command.queue.CommandQueueIntake;
import org.coexhub.command.queue.JmsAnswers;
import org.coexhub.command.queue.JmsSendQueue;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.Duration;
import java.time.InstantSource;

import javax.sql.DataSource;

/** Wires the command store and the ways into it. */
@Configuration(proxyBeanMethods = false)
class CommandConfiguration {

    @Bean
    CommandStore commandStore(DataSource database, InstantSource clock) {
        return new CommandStore(database, clock);
    }

    @Bean
    CommandSchedule commandSchedule(DataSource database, CommandStore store, InstantSource clock) {
        return new CommandSchedule(database, store, clock);
    }

    @Bean
    CommandIntake commandIntake(
            CommandStore store, ObjectProvider<RepeatListener> repeats, KnownNumbers numbers) {
        return new CommandIntake(
                store, repeats.getIfAvailable(() -> (first, number) -> {}), numbers);
    }

    @Bean
    SendQueue sendQueue(ConnectionFactory connections) {
        return new JmsSendQueue(connections);
    }

    @Bean
    CommandLetters commandLetters(ConnectionFactory connections) {
        return new CommandLetters(connections);
    }

    @Bean
    Gathered<Acceptance> pointersToPut(CommandSchedule schedule, SendQueue queue) {
        return new Gathered<>(
                "command-pointers", Duration.ZERO, accepted -> schedule.enqueue(queue, accepted));
    }

    @Bean
    CommandGate commandGate(CommandIntake intake, Gathered<Acceptance> pointersToPut) {
        return new CommandGate(intake, pointersToPut::add);
    }

    @Bean
    JmsAnswers jmsAnswers(ConnectionFactory connections) {
        return new JmsAnswers(connections);
    }

    @Bean
    CommandQueueIntake commandQueueIntake(CommandIntake intake, CommandSchedule schedule) {
        return new CommandQueueIntake(intake, schedule);
    }
}
