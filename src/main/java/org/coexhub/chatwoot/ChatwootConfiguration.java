package org.coexhub.chatwoot;

import io.micrometer.core.instrument.MeterRegistry;

import org.apache.camel.spi.HeaderFilterStrategy;
import org.coexhub.HubSettings;
import org.coexhub.command.CommandIntake;
import org.coexhub.conversation.ConversationStore;
import org.coexhub.conversation.Handover;
import org.coexhub.http.RefusedCallers;
import org.coexhub.media.MediaRow;
import org.coexhub.media.OutgoingMedia;
import org.coexhub.media.StoredMedia;
import org.coexhub.webhook.OnlyHeaders;
import org.coexhub.webhook.WebhookRule;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.Optional;

import javax.sql.DataSource;

/** Wires Chatwoot, where there is one. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("hub.chatwoot.url")
@EnableConfigurationProperties(ChatwootSettings.class)
class ChatwootConfiguration {

    /** Chatwoot puts conversation, contact and account beside the message, with all their attributes. */
    private static final int WEBHOOK_BYTES = 1024 * 1024;

    @Bean(destroyMethod = "close")
    ChatwootClient chatwootClient(ChatwootSettings settings) {
        return new ChatwootClient(settings);
    }

    @Bean
    ChatwootBook chatwootBook(DataSource database, InstantSource clock) {
        return new ChatwootBook(database, clock);
    }

    @Bean("chatwoot")
    ChatwootMirror chatwootMirror(
            ChatwootSettings settings,
            ChatwootClient client,
            ChatwootBook book,
            StoredMedia media,
            InstantSource clock) {
        return new ChatwootMirror(
                settings,
                client,
                book,
                new ChatwootRooms(settings, client, book),
                new ChatwootFiles(kept(media), settings.mediaWait()),
                clock);
    }

    private static ChatwootFiles.Kept kept(StoredMedia media) {
        return new ChatwootFiles.Kept() {
            @Override
            public Optional<MediaRow> find(String mediaId) {
                return media.find(mediaId);
            }

            @Override
            public boolean isComing(MediaRow row) {
                return media.isComing(row);
            }

            @Override
            public InputStream open(MediaRow row) throws IOException {
                return media.open(row);
            }
        };
    }

    @Bean
    ChatwootGate chatwootGate(
            ChatwootSettings settings, InstantSource clock, RefusedCallers refused) {
        return new ChatwootGate(settings, clock, refused);
    }

    @Bean
    Recipients chatwootRecipients(
            ChatwootSettings settings,
            ChatwootBook book,
            ConversationStore conversations,
            InstantSource clock) {
        return new Recipients(
                settings,
                book,
                id ->
                        conversations
                                .find(id)
                                .map(known -> known.describe(clock.instant()).path("customer")));
    }

    @Bean
    AgentReplies chatwootReplies(
            ChatwootSettings settings,
            ChatwootBook book,
            Recipients recipients,
            CommandIntake intake) {
        return new AgentReplies(settings, book, recipients, intake);
    }

    @Bean(destroyMethod = "close")
    AgentFiles chatwootAgentFiles(HubSettings hub, ChatwootSettings settings, OutgoingMedia media) {
        return new AgentFiles(
                hub.dataDir().resolve("media/unfinished"),
                new FileHosts(settings.url(), settings.fileHosts()),
                media::upload);
    }

    @Bean
    GivenUpReplies chatwootGivenUp(
            ChatwootClient client,
            ChatwootBook book,
            AgentReplies replies,
            DataSource database,
            InstantSource clock,
            MeterRegistry meters) {
        return new GivenUpReplies(client, book, replies, database, clock, meters);
    }

    @Bean
    ChatwootWaiting chatwootWaiting(
            ChatwootSettings settings,
            ChatwootBook book,
            AgentReplies replies,
            AgentFiles files,
            GivenUpReplies givenUp,
            DataSource database,
            InstantSource clock) {
        return new ChatwootWaiting(settings, book, replies, files, givenUp, database, clock);
    }

    @Bean
    ChatwootCommands chatwootCommands(
            ChatwootSettings settings,
            ChatwootBook book,
            AgentReplies replies,
            ChatwootWaiting waiting,
            Recipients recipients,
            Handover handover,
            ConversationStore conversations,
            InstantSource clock) {
        return new ChatwootCommands(
                settings, book, replies, waiting, recipients, handover, conversations, clock);
    }

    @Bean
    ChatwootMissed chatwootMissed(
            ChatwootSettings settings,
            ChatwootClient client,
            ChatwootBook book,
            ChatwootCommands commands,
            GivenUpReplies givenUp,
            InstantSource clock) {
        return new ChatwootMissed(settings, client, book, commands::taken, givenUp, clock);
    }

    @Bean
    WebhookRule chatwootRule(ChatwootGate gate) {
        return new WebhookRule("/webhooks/chatwoot", WEBHOOK_BYTES, gate::isWorthReading);
    }

    /** All that the webhook's route reads of a caller's headers and parameters. */
    @Bean
    HeaderFilterStrategy chatwootHeaders() {
        return new OnlyHeaders(ChatwootGate.SIGNATURE, ChatwootGate.TIMESTAMP, ChatwootGate.TOKEN);
    }
}
