package org.coexhub.platform.http;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import java.time.Duration;

/**
 * Settings for callers of the public port: what they may take before it is known who they are.
 *
 * @param maxUnverifiedSize memory of all requests on their way in, each at least 64 KB; 0: an eighth of the heap
 * @param longestHead how long a connection may take for request line and headers
 */
@ConfigurationProperties("hub.http")
record HttpSettings(
        @DefaultValue("0MB") DataSize maxUnverifiedSize,
        @DefaultValue("10s") Duration longestHead) {

    /** An eighth of the heap. */
    private static final int SHARE = 8;

    HttpSettings {
        if (maxUnverifiedSize.isNegative()) {
            throw new IllegalArgumentException(
                    "HUB_HTTP_MAX_UNVERIFIED_SIZE is negative; give a size such as 64MB, or 0MB");
        }
        if (longestHead.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "HUB_HTTP_LONGEST_HEAD is not positive; give a time such as 10s");
        }
    }

    long mostUnverified() {
        return maxUnverifiedSize.toBytes() > 0
                ? maxUnverifiedSize.toBytes()
                : Runtime.getRuntime().maxMemory() / SHARE;
    }
}
