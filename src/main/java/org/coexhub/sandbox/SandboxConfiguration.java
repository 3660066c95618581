package org.coexhub.sandbox;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.sandbox.crm.CrmPanel;
import org.coexhub.sandbox.meta.SimulatedMeta;
import org.coexhub.sandbox.meta.account.Pace;
import org.coexhub.sandbox.meta.account.SimulatedAccount;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

import java.io.IOException;
import java.time.Clock;
import java.util.List;

/** Puts the sandbox together from the very settings that the hub itself runs on. */
@Configuration(proxyBeanMethods = false)
@Profile(SandboxEnvironment.PROFILE)
@EnableConfigurationProperties(SandboxSettings.class)
class SandboxConfiguration {

    @Bean(destroyMethod = "")
    SimulatedMeta simulatedMeta(
            SandboxSettings settings,
            @Value("${hub.meta.app-secret}") String appSecrets,
            @Value("${hub.meta.verify-token}") String verifyToken,
            @Value("${hub.meta.access-token}") String accessToken)
            throws IOException {
        // While a secret is being rotated the hub knows several; Meta signs with one.
        String appSecret = appSecrets.split(",")[0].trim();
        SimulatedAccount account =
                SimulatedAccount.withSecrets(appSecret, verifyToken, accessToken);
        SimulatedMeta meta =
                new SimulatedMeta(account, Clock.systemUTC(), Pace.lively(), settings.metaPort());
        SandboxCast.enter(meta, settings.pastChats());
        return meta;
    }

    @Bean
    SandboxBot sandboxBot() {
        return new SandboxBot(Clock.systemUTC());
    }

    @Bean
    SandboxReceiver sandboxReceiver(@Value("${hub.webhook.secret}") String secret) {
        return new SandboxReceiver(secret, Clock.systemUTC());
    }

    @Bean(destroyMethod = "")
    SandboxTools sandboxTools(SandboxBot bot, SandboxReceiver receiver, SandboxSettings settings) {
        return new SandboxTools(bot, receiver, settings.toolsPort());
    }

    @Bean(destroyMethod = "")
    HubClient hubClient(ObjectMapper json, @Value("${hub.api-token}") String token) {
        return new HubClient(json, token);
    }

    @Bean
    HubWatch hubWatch(SimulatedMeta meta, HubClient hub, CommandDesk commands) {
        return new HubWatch(meta::customerOf, hub, commands::note);
    }

    @Bean
    CommandDesk commandDesk(SimulatedMeta meta, HubClient hub) {
        return new CommandDesk(
                hub, meta.account().phoneNumberId(), meta::customerAt, Clock.systemUTC());
    }

    @Bean
    SandboxScene sandboxScene(
            SimulatedMeta meta,
            SandboxBot bot,
            SandboxReceiver receiver,
            HubWatch watch,
            CommandDesk commands,
            List<CrmPanel> crms) {
        return new SandboxScene(meta, bot, receiver, watch, commands, crms);
    }

    @Bean
    SandboxLifecycle sandboxLifecycle(
            SimulatedMeta meta,
            SandboxTools tools,
            HubClient hub,
            HubWatch watch,
            CommandDesk commands,
            SandboxStream stream) {
        return new SandboxLifecycle(meta, tools, hub, watch, commands, stream);
    }

    @Bean(destroyMethod = "")
    SandboxStream sandboxStream(
            SandboxScene scene,
            SimulatedMeta meta,
            SandboxBot bot,
            SandboxReceiver receiver,
            HubWatch watch,
            CommandDesk commands,
            List<CrmPanel> crms) {
        SandboxStream stream = new SandboxStream(scene::now);
        meta.onChange(stream::changed);
        bot.onCall(stream::changed);
        receiver.onDelivery(stream::changed);
        watch.onChange(stream::changed);
        commands.onChange(stream::changed);
        crms.forEach(crm -> crm.onChange(stream::changed));
        return stream;
    }
}
