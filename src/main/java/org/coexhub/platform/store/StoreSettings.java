package org.coexhub.platform.store;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the database.
 *
 * @param url JDBC URL of a PostgreSQL 14 or later; empty: the hub starts one of its own under the data directory
 * @param connections size of the pool
 */
@ConfigurationProperties("hub.db")
public record StoreSettings(
        @DefaultValue("") String url,
        @DefaultValue("") String user,
        @DefaultValue("") String password,
        @DefaultValue("16") int connections) {

    public StoreSettings {
        SettingRules.of("hub.db")
                .require(
                        url.isBlank() || url.matches("jdbc:postgresql:.+"),
                        "url",
                        "must be the JDBC address of a PostgreSQL",
                        "jdbc:postgresql://db:5432/hub")
                .between("connections", connections, 1, 1000, "16")
                .check();
    }

    @Override
    public String toString() {
        return "StoreSettings[url=" + url.replaceAll("\\?.*", "") + ", user=" + user + "]";
    }
}
