package org.coexhub.state.media.store;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.util.List;

/**
 * Settings of the media store: where fetched files are kept.
 *
 * @param store {@code file} or {@code s3}
 */
@ConfigurationProperties("hub.media")
public record MediaStoreSettings(@DefaultValue("file") String store) {

    static final String S3 = "s3";

    public MediaStoreSettings {
        SettingRules.of("hub.media")
                .require(List.of("file", S3).contains(store), "store", "must be file or s3", "file")
                .check();
    }
}
