package org.coexhub.connector.chatwoot;

import io.micrometer.core.instrument.MeterRegistry;

import org.apache.camel.spi.HeaderFilterStrategy;
import org.coexhub.connector.chatwoot.client.ChatwootClient;
import org.coexhub.connector.chatwoot.client.ChatwootSettings;
import org.coexhub.connector.chatwoot.client.ChatwootStore;
import org.coexhub.connector.chatwoot.client.FileHosts;
import org.coexhub.connector.chatwoot.incoming.AgentFiles;
import org.coexhub.connector.chatwoot.incoming.AgentReplies;
import org.coexhub.connector.chatwoot.incoming.ChatwootCommands;
import org.coexhub.connector.chatwoot.incoming.ChatwootGate;
import org.coexhub.connector.chatwoot.incoming.GivenUpReplies;
import org.coexhub.connector.chatwoot.incoming.MissedReplyPoller;
import org.coexhub.connector.chatwoot.incoming.Recipients;
import org.coexhub.connector.chatwoot.incoming.ReplyFileQueue;
import org.coexhub.connector.chatwoot.outgoing.ChatwootConversations;
import org.coexhub.connector.chatwoot.outgoing.ChatwootFiles;
import org.coexhub.connector.chatwoot.outgoing.ChatwootMirror;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.intake.CommandIntake;
import org.coexhub.platform.http.OnlyHeaders;
import org.coexhub.platform.http.RefusedCallers;
import org.coexhub.platform.http.WebhookRule;
import org.coexhub.platform.settings.HubSettings;
import org.coexhub.state.conversation.ConversationStore;
import org.coexhub.state.conversation.Handover;
import org.coexhub.state.media.MediaRefusedException;
import org.coexhub.state.media.MediaRow;
import org.coexhub.state.media.OutgoingMedia;
import org.coexhub.state.media.StoredMedia;
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
    ChatwootStore chatwootStore(DataSource database, InstantSource clock) {
        return new ChatwootStore(database, clock);
    }

    @Bean("chatwoot")
    ChatwootMirror chatwootMirror(
            ChatwootSettings settings,
            ChatwootClient client,
            ChatwootStore store,
            StoredMedia media,
            InstantSource clock) {
        return new ChatwootMirror(
                settings,
                client,
                store,
                new ChatwootConversations(settings, client, store),
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
            ChatwootStore store,
            ConversationStore conversations,
            InstantSource clock) {
        return new Recipients(
                settings,
                store,
                id ->
                        conversations
                                .find(id)
                                .map(known -> known.describe(clock.instant()).path("customer")));
    }

    @Bean
    AgentReplies chatwootReplies(
            ChatwootSettings settings,
            ChatwootStore store,
            Recipients recipients,
            CommandIntake intake) {
        return new AgentReplies(settings, store, recipients, intake);
    }

    @Bean(destroyMethod = "close")
    AgentFiles chatwootAgentFiles(HubSettings hub, ChatwootSettings settings, OutgoingMedia media) {
        return new AgentFiles(
                hub.dataDir().resolve("media/unfinished"),
                new FileHosts(settings.url(), settings.fileHosts()),
                new AgentFiles.Uploads() {
                    @Override
                    public OutgoingMedia.Handle upload(
                            PhoneNumberId number, InputStream bytes, String fileName, String type)
                            throws MediaRefusedException, IOException, InterruptedException {
                        return media.upload(number, bytes, fileName, type);
                    }

                    @Override
                    public void requireRoom(long bytes) throws MediaRefusedException {
                        media.requireRoom(bytes);
                    }
                });
    }

    @Bean
    GivenUpReplies chatwootGivenUp(
            ChatwootClient client,
            ChatwootStore store,
            AgentReplies replies,
            DataSource database,
            InstantSource clock,
            MeterRegistry meters) {
        return new GivenUpReplies(client, store, replies, database, clock, meters);
    }

    @Bean
    ReplyFileQueue replyFileQueue(
            ChatwootSettings settings,
            ChatwootStore store,
            AgentReplies replies,
            AgentFiles files,
            GivenUpReplies givenUp,
            DataSource database,
            InstantSource clock) {
        return new ReplyFileQueue(settings, store, replies, files, givenUp, database, clock);
    }

    @Bean
    ChatwootCommands chatwootCommands(
            ChatwootSettings settings,
            ChatwootStore store,
            AgentReplies replies,
            ReplyFileQueue waiting,
            Recipients recipients,
            Handover handover,
            ConversationStore conversations,
            InstantSource clock) {
        return new ChatwootCommands(
                settings, store, replies, waiting, recipients, handover, conversations, clock);
    }

    @Bean
    MissedReplyPoller missedReplyPoller(
            ChatwootSettings settings,
            ChatwootClient client,
            ChatwootStore store,
            ChatwootCommands commands,
            GivenUpReplies givenUp,
            InstantSource clock) {
        return new MissedReplyPoller(settings, client, store, commands::taken, givenUp, clock);
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
