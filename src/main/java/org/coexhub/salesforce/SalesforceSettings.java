package org.coexhub.salesforce;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How the hub stands to a Salesforce org.
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
    private static final Set<String> STATUSES =
            Set.of("sent", "delivered", "read", "played", "failed");

    /** What is made of a customer whom nobody in the org is. */
    public enum Create {
        NEVER,
        LEAD,
        CONTACT
    }

    public SalesforceSettings {
        if (!loginUrl.isBlank() && (clientId.isBlank() || clientSecret.isBlank())) {
            throw new IllegalArgumentException(
                    "hub.salesforce.login-url needs hub.salesforce.client-id and"
                            + " hub.salesforce.client-secret, of a connected app with the client"
                            + " credentials flow");
        }
        requireAddress(loginUrl, "login-url", "https://acme.my.salesforce.com");
        requireAddress(instanceUrl, "instance-url", "https://acme.my.salesforce.com");
        requireAddress(hubUrl, "hub-url", "https://hub.example.com");
        require(apiVersion.matches("v\\d{2,3}\\.\\d"), "api-version must look like v62.0");
        require(timeout.isPositive(), "timeout must be longer than nothing, e.g. 30s");
        require(
                dailyShare >= 1 && dailyShare <= 100,
                "daily-share must be a percentage from 1 to 100, e.g. 80");
        require(!period.isNegative(), "period must not be negative, e.g. 1s");
        require(
                batch >= 1 && batch <= LARGEST_BATCH,
                "batch must be from 1 to 200, the most that one call takes, e.g. 200");
        require(
                STATUSES.containsAll(statuses),
                "statuses must be some of sent, delivered, read, played, failed, e.g. sent,failed");
        require(
                countryCode.matches("|[1-9]\\d{0,2}"),
                "country-code must be digits such as 44 for the United Kingdom");
        require(
                historyBatch >= 1 && historyBatch <= LARGEST_HISTORY_BATCH,
                "history-batch must be from 1 to 20000, e.g. 5000");
        require(!historyPeriod.isNegative(), "history-period must not be negative, e.g. 10s");
    }

    public boolean on() {
        return !loginUrl.isBlank();
    }

    private static void requireAddress(String url, String name, String example) {
        boolean address;
        try {
            address = url.isBlank() || URI.create(url).getHost() != null;
        } catch (IllegalArgumentException e) {
            address = false;
        }
        require(address, name + " must be an address, e.g. " + example);
    }

    private static void require(boolean condition, String fault) {
        if (!condition) {
            throw new IllegalArgumentException("hub.salesforce." + fault);
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "SalesforceSettings[loginUrl=" + loginUrl + ", apiVersion=" + apiVersion + "]";
    }
}
