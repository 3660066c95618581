package org.coexhub.connector.chatwoot.client;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Settings of the connection to Chatwoot, and of how it and the hub deal with each other.
 *
 * @param url address of the installation; empty: no Chatwoot
 * @param apiToken access token of the user by whom the hub writes there
 * @param accountId the account
 * @param inboxes {@code <phone number id>:<inbox id>} each; or an inbox id alone, for all numbers not named
 * @param webhookSecret by which Chatwoot signs webhooks; several while rotating
 * @param webhookToken what the webhook address carries as {@code token}, where Chatwoot does not sign
 * @param botId agent bot in whose name bots' messages are shown; 0: the user's
 * @param reopen whether a customer's message goes to the old conversation when that is resolved, or opens a new one
 * @param resolvedToBot whether bots may speak again once an agent has resolved the conversation
 * @param timeout longest wait for an answer of Chatwoot
 * @param mediaWait how long a message waits for its file
 * @param files whether files of agents are uploaded by the hub, or fetched by Meta from Chatwoot
 * @param fileHosts hosts beside Chatwoot's own from which the hub may fetch files of agents, such as an object store
 * @param missedWithin how old a reply may be whose webhook was lost to be sent all the same; 0: never
 */
@ConfigurationProperties("hub.chatwoot")
public record ChatwootSettings(
        @DefaultValue("") String url,
        @DefaultValue("") String apiToken,
        @DefaultValue("0") long accountId,
        @DefaultValue({}) List<String> inboxes,
        @DefaultValue({}) List<String> webhookSecret,
        @DefaultValue("") String webhookToken,
        @DefaultValue("0") long botId,
        @DefaultValue("true") boolean reopen,
        @DefaultValue("true") boolean resolvedToBot,
        @DefaultValue("20s") Duration timeout,
        @DefaultValue("30s") Duration mediaWait,
        @DefaultValue("upload") Files files,
        @DefaultValue({}) List<String> fileHosts,
        @DefaultValue("15m") Duration missedWithin) {

    /** How files of agents get to Meta. */
    public enum Files {
        /** The hub fetches them from Chatwoot and uploads them. */
        UPLOAD,
        /** Meta gets the address; it has to be able to reach Chatwoot. */
        LINK
    }

    public ChatwootSettings {
        url = url.strip().replaceAll("/+$", "");
        inboxes = filled(inboxes);
        webhookSecret = filled(webhookSecret);
        fileHosts = filled(fileHosts);
        var rules =
                SettingRules.of("hub.chatwoot")
                        .require(
                                url.isEmpty() || url.matches("https?://[^\\s/?#]+[^\\s?#]*"),
                                "url",
                                "must be an address that begins with https:// or http://",
                                "https://chat.example.com")
                        .require(
                                inboxes.stream()
                                        .allMatch(
                                                inbox ->
                                                        inbox.matches(
                                                                "([0-9]{1,32}:)?[1-9][0-9]{0,17}")),
                                "inboxes",
                                "must be ids of inboxes, each after the phone number id it is for",
                                "100200300400500:3")
                        .require(
                                fileHosts.stream().allMatch(host -> host.matches(FileHosts.FORM)),
                                "file-hosts",
                                "must be hosts, with a port where it is not the usual one",
                                "files.example.com")
                        .positive("timeout", timeout, "20s")
                        .token("api-token", apiToken, "a1b2c3…")
                        .notNegative("media-wait", mediaWait, "30s")
                        .notNegative("missed-within", missedWithin, "15m");
        if (!url.isEmpty()) {
            rules.require(
                            !apiToken.isBlank(),
                            "api-token",
                            "is missing: the access token of a Chatwoot user (Profile settings)",
                            "a1b2c3…")
                    .require(
                            accountId > 0,
                            "account-id",
                            "is missing: the number in Chatwoot's address",
                            "1")
                    .require(
                            !inboxes.isEmpty(),
                            "inboxes",
                            "is missing: the id of the API inbox, or one per number",
                            "100200300400500:3")
                    .require(
                            !(webhookSecret.isEmpty() && webhookToken.isBlank()),
                            "webhook-secret",
                            "or hub.chatwoot.webhook-token is missing: without one anybody could"
                                    + " send in the name of agents",
                            "what this prints: openssl rand -hex 32");
        }
        rules.check();
    }

    private static List<String> filled(List<String> list) {
        return list.stream().map(String::strip).filter(s -> !s.isEmpty()).toList();
    }

    URI address(String path) {
        return URI.create(url + "/api/v1/accounts/" + accountId + path);
    }

    /** Empty for a number whose conversations are not for Chatwoot. */
    public Optional<Long> inboxOf(PhoneNumberId number) {
        return inboxes.stream()
                .filter(entry -> entry.startsWith(number.value() + ":"))
                .findFirst()
                .or(() -> inboxes.stream().filter(entry -> !entry.contains(":")).findFirst())
                .map(ChatwootSettings::inbox);
    }

    /** The number that agents of the inbox write with, where the settings tell one. */
    public Optional<PhoneNumberId> numberOf(long inbox) {
        return inboxes.stream()
                .filter(entry -> entry.contains(":") && inbox(entry) == inbox)
                .findFirst()
                .map(entry -> new PhoneNumberId(entry.substring(0, entry.indexOf(':'))));
    }

    public List<Long> inboxIds() {
        return inboxes.stream().map(ChatwootSettings::inbox).distinct().toList();
    }

    private static long inbox(String entry) {
        return Long.parseLong(entry.substring(entry.indexOf(':') + 1));
    }

    @Override
    public String toString() {
        return "ChatwootSettings[url="
                + url
                + ", accountId="
                + accountId
                + ", inboxes="
                + inboxes
                + "]";
    }
}
