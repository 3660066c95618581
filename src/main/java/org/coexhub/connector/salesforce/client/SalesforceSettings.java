package org.coexhub.connector.salesforce.client;

import org.coexhub.connector.salesforce.map.MappingFile;
import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Settings of the connection to a Salesforce org.
 *
 * @param loginUrl My Domain of the org, such as {@code https://acme.my.salesforce.com}; empty: no Salesforce
 * @param instanceUrl where the interfaces are, if not where the login says; empty: as it says
 * @param clientId consumer key of the connected app, which has to allow the client credentials flow
 * @param clientSecret its consumer secret
 * @param apiVersion version of the interfaces
 * @param timeout longest wait for one answer
 * @param dailyShare per cent of the org's calls of a day that may be used, by everybody together, before the hub stops
 * @param period at most one batch in this time
 * @param batch events per batch
 * @param create what is made of a customer whom nobody in the org is
 * @param statuses which statuses are written; they cost no call of their own
 * @param mapping a mapping file; empty: the one the hub brings
 * @param countryCode country calling code of phone numbers that the org has without one; empty: such numbers match nobody
 * @param hubUrl under which address people reach the hub, for links to media; empty: no links
 * @param historyBatch imported messages per Bulk API job
 * @param historyPeriod at most one such job in this time
 */
@ConfigurationProperties("hub.salesforce")
public record SalesforceSettings(
        @DefaultValue("") String loginUrl,
        @DefaultValue("") String instanceUrl,
        @DefaultValue("") String clientId,
        @DefaultValue("") String clientSecret,
        @DefaultValue("v62.0") String apiVersion,
        @DefaultValue("30s") Duration timeout,
        @DefaultValue("80") int dailyShare,
        @DefaultValue("1s") Duration period,
        @DefaultValue("200") int batch,
        @DefaultValue("lead") Create create,
        @DefaultValue({"sent", "delivered", "read", "failed"}) List<String> statuses,
        @DefaultValue("") String mapping,
        @DefaultValue("") String countryCode,
        @DefaultValue("") String hubUrl,
        @DefaultValue("5000") int historyBatch,
        @DefaultValue("10s") Duration historyPeriod) {

    /** The most records one call may have. */
    static final int LARGEST_BATCH = 200;

    private static final int LARGEST_HISTORY_BATCH = 20_000;
    private static final String NEEDED =
            "is missing: hub.salesforce.login-url needs it, of a connected app with the client"
                    + " credentials flow";
    private static final Set<String> STATUSES =
            Set.of("sent", "delivered", "read", "played", "failed");

    /** What to create for a customer the org does not know. */
    public enum Create {
        NEVER,
        LEAD,
        CONTACT
    }

    public SalesforceSettings {
        var rules =
                SettingRules.of("hub.salesforce")
                        .address("login-url", loginUrl, "https://acme.my.salesforce.com")
                        .address("instance-url", instanceUrl, "https://acme.my.salesforce.com")
                        .address("hub-url", hubUrl, "https://hub.example.com")
                        .require(
                                apiVersion.matches("v\\d{2,3}\\.\\d"),
                                "api-version",
                                "must be the version of the interfaces",
                                "v62.0")
                        .positive("timeout", timeout, "30s")
                        .between("daily-share", dailyShare, 1, 100, "80")
                        .notNegative("period", period, "1s")
                        .between("batch", batch, 1, LARGEST_BATCH, "200")
                        .require(
                                STATUSES.containsAll(statuses),
                                "statuses",
                                "must be some of sent, delivered, read, played, failed",
                                "sent,failed")
                        .require(
                                countryCode.matches("|[1-9]\\d{0,2}"),
                                "country-code",
                                "must be the digits of a country calling code",
                                "44")
                        .between("history-batch", historyBatch, 1, LARGEST_HISTORY_BATCH, "5000")
                        .notNegative("history-period", historyPeriod, "10s");
        if (!loginUrl.isBlank()) {
            rules.require(!clientId.isBlank(), "client-id", NEEDED, "3MVG9…")
                    .require(!clientSecret.isBlank(), "client-secret", NEEDED, "a1b2c3…");
            mappingFault(mapping).ifPresent(fault -> rules.fault("mapping", fault));
        }
        rules.check();
    }

    public boolean on() {
        return !loginUrl.isBlank();
    }

    private static Optional<String> mappingFault(String mapping) {
        if (mapping.isBlank()) {
            return Optional.empty();
        }
        try (Reader own = Files.newBufferedReader(Path.of(mapping))) {
            MappingFile.read(own);
            return Optional.empty();
        } catch (MappingFile.UnusableMappingException e) {
            return Optional.of(mapping + " " + e.getMessage());
        } catch (IOException e) {
            return Optional.of(
                    "must name a mapping file that can be read, e.g. ./salesforce-mapping.yaml");
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "SalesforceSettings[loginUrl=" + loginUrl + ", apiVersion=" + apiVersion + "]";
    }
}
