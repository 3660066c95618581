package org.coexhub.connector.hubspot;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Settings of the connection to HubSpot.
 *
 * @param accessToken of a private app; empty: nothing goes to HubSpot
 * @param url HubSpot's API
 * @param timeout longest wait for one answer
 * @param createContacts for whom a contact is made where HubSpot has none
 * @param countryCode of phone numbers that stand in HubSpot without one; empty: those are nobody's
 * @param dailyShare per cent of the account's daily calls, used by whomever, at which the hub pauses until the next day
 * @param clientSecret of the app whose id stands in the workflow's webhook; several while rotating; empty: no commands
 * @param publicUrl address by which HubSpot reaches the hub; part of what it signs
 * @param number phone number id that sends where a workflow names none
 */
@ConfigurationProperties("hub.hubspot")
record HubSpotSettings(
        @DefaultValue("") String accessToken,
        @DefaultValue("https://api.hubapi.com") URI url,
        @DefaultValue("20s") Duration timeout,
        @DefaultValue("customers") CreateContacts createContacts,
        @DefaultValue("") String countryCode,
        @DefaultValue("90") int dailyShare,
        @DefaultValue({}) List<String> clientSecret,
        @DefaultValue("") String publicUrl,
        @DefaultValue("") String number) {

    /** For whom a contact is made where HubSpot has none. */
    enum CreateContacts {
        /** For nobody. Messages of unknown people stay out of HubSpot. */
        NEVER,
        /** For whoever writes to the business; not for those the owner writes to from the App. */
        CUSTOMERS,
        /** For everybody. */
        ALWAYS
    }

    HubSpotSettings {
        clientSecret = clientSecret.stream().map(String::strip).filter(s -> !s.isEmpty()).toList();
        SettingRules.of("hub.hubspot")
                .address("url", url.toString(), "https://api.hubapi.com")
                .positive("timeout", timeout, "20s")
                .token("access-token", accessToken, "pat-…")
                .between("daily-share", dailyShare, 1, 100, "90")
                .require(
                        countryCode.matches("[0-9]{0,3}"),
                        "country-code",
                        "must be a country calling code",
                        "44")
                .require(
                        number.matches("[0-9]{0,32}"),
                        "number",
                        "must be a phone number id, digits only",
                        "100200300400500")
                .require(
                        clientSecret.isEmpty() || publicUrl.matches("https?://[^/?#]+(/[^?#]*)?"),
                        "public-url",
                        "must be the address by which HubSpot reaches the hub, for HubSpot signs"
                                + " it",
                        "https://hub.example.com")
                .check();
    }

    @Override
    public String toString() {
        return "HubSpotSettings[url=" + url + "]";
    }
}
