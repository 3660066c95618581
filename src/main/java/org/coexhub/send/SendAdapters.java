package org.coexhub.send;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.HubSettings;
import org.coexhub.broker.journal.Journal;
import org.coexhub.command.CommandStore;
import org.coexhub.command.KnownNumbers;
import org.coexhub.command.Recipient;
import org.coexhub.conversation.Calls;
import org.coexhub.conversation.Handover;
import org.coexhub.conversation.IdentityGraph;
import org.coexhub.conversation.MessageStore;
import org.coexhub.conversation.NumberStore;
import org.coexhub.conversation.Windows;
import org.coexhub.event.ConversationId;
import org.coexhub.event.Wamid;
import org.coexhub.event.WebhookSlicer;
import org.coexhub.eventlog.JournalMarks;
import org.coexhub.send.echo.EchoGate;
import org.coexhub.send.echo.EchoSettlement;
import org.coexhub.send.graph.GraphSettings;
import org.coexhub.send.provenance.CircleRule;
import org.coexhub.send.provenance.ProvenanceSettings;
import org.coexhub.send.unknown.KnownMessages;
import org.coexhub.send.window.HeldCommands;
import org.coexhub.send.window.WindowRule;
import org.coexhub.send.window.WindowSettings;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

import javax.sql.DataSource;

/** What sending asks of its neighbours, answered by them. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WindowSettings.class)
class SendAdapters {

    @Bean
    KnownNumbers knownNumbers(NumberStore seen, HubSettings settings) {
        return number -> settings.numbers().contains(number.value()) || seen.isKnown(number);
    }

    @Bean
    Takeover takeover(Handover handover) {
        return handover::personSpeaks;
    }

    @Bean
    ClosedWindows closedWindows(Windows windows) {
        return (command, at) -> {
            Recipient to = command.recipient();
            return to.group()
                    ? windows.metaSaysClosed(ConversationId.ofGroup(command.from(), to.to()), at)
                    : windows.metaSaysClosed(command.from(), to.digits(), to.bsuid(), at);
        };
    }

    @Bean
    CatchUp catchUp(JournalMarks marks, WebhookSlicer slicer, Windows conversations) {
        return new RouterCatchUp(marks, slicer, conversations);
    }

    @Bean
    WindowRule windowRule(Windows windows, WindowSettings settings) {
        return new WindowRule(windows, settings);
    }

    @Bean
    CircleRule circleRule(
            MessageStore messages, IdentityGraph identities, ProvenanceSettings settings) {
        return new CircleRule(messages, identities, settings);
    }

    @Bean
    HeldCommands heldCommands(CommandStore commands, Windows windows, Calls calls) {
        return new HeldCommands(commands, windows, calls);
    }

    @Bean
    KnownMessages knownMessages(MessageStore messages, EchoGate echoes) {
        return wamids -> {
            Set<Wamid> known = new HashSet<>(messages.heardOf(wamids));
            known.addAll(echoes.heldAmong(wamids));
            return known;
        };
    }

    @Bean
    EchoGate echoGate(
            DataSource database,
            Windows conversations,
            IdentityGraph identities,
            CommandStore commands,
            GraphSettings settings,
            InstantSource clock,
            MeterRegistry meters) {
        return new EchoGate(
                database, conversations, identities, commands, settings.timeout(), clock, meters);
    }

    @Bean
    EchoSettlement echoSettlement(
            DataSource database,
            Windows conversations,
            Journal journal,
            WebhookSlicer slicer,
            InstantSource clock) {
        return new EchoSettlement(database, conversations, journal, slicer, clock);
    }

    @Bean
    ConversationPartition conversationPartition(WebhookSlicer slicer) {
        return slicer::partitionOf;
    }
}
