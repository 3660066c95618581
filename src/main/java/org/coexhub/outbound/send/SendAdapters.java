package org.coexhub.outbound.send;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.event.ConversationId;
import org.coexhub.event.Wamid;
import org.coexhub.event.slice.WebhookSlicer;
import org.coexhub.inbound.eventlog.JournalMarks;
import org.coexhub.inbound.journal.Journal;
import org.coexhub.outbound.command.KnownNumbers;
import org.coexhub.outbound.command.Recipient;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.outbound.send.echo.EchoGate;
import org.coexhub.outbound.send.echo.EchoSettlement;
import org.coexhub.outbound.send.reconcile.KnownMessages;
import org.coexhub.outbound.send.rule.CircleRule;
import org.coexhub.outbound.send.rule.HeldCommands;
import org.coexhub.outbound.send.rule.ProvenanceSettings;
import org.coexhub.outbound.send.rule.WindowRule;
import org.coexhub.outbound.send.rule.WindowSettings;
import org.coexhub.platform.graph.GraphSettings;
import org.coexhub.platform.settings.HubSettings;
import org.coexhub.state.conversation.ConversationLookup;
import org.coexhub.state.conversation.Handover;
import org.coexhub.state.conversation.IdentityGraph;
import org.coexhub.state.conversation.MessageStore;
import org.coexhub.state.conversation.NumberStore;
import org.coexhub.state.conversation.PhoneCalls;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

import javax.sql.DataSource;

/** Creates the beans by which sending asks other packages: numbers, windows, takeovers, calls. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WindowSettings.class)
class SendAdapters {

    @Bean
    KnownNumbers knownNumbers(NumberStore seen, HubSettings settings) {
        return number -> settings.numbers().contains(number.value()) || seen.isKnown(number);
    }

    @Bean
    TakeoverCheck takeover(Handover handover) {
        return handover::personSpeaks;
    }

    @Bean
    ClosedWindows closedWindows(ConversationLookup windows) {
        return (command, at) -> {
            Recipient to = command.recipient();
            return to.group()
                    ? windows.metaSaysClosed(ConversationId.ofGroup(command.from(), to.to()), at)
                    : windows.metaSaysClosed(command.from(), to.digits(), to.bsuid(), at);
        };
    }

    @Bean
    CatchUp catchUp(JournalMarks marks, WebhookSlicer slicer, ConversationLookup conversations) {
        return new RouterCatchUp(marks, slicer, conversations::identitiesOf);
    }

    @Bean
    WindowRule windowRule(ConversationLookup windows, WindowSettings settings) {
        return new WindowRule(windows, settings);
    }

    @Bean
    CircleRule circleRule(
            MessageStore messages, IdentityGraph identities, ProvenanceSettings settings) {
        return new CircleRule(messages, identities, settings);
    }

    @Bean
    HeldCommands heldCommands(CommandStore commands, ConversationLookup windows, PhoneCalls calls) {
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
            ConversationLookup conversations,
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
            ConversationLookup conversations,
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
