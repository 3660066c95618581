package org.coexhub.outbound.bulk;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/** Binds the settings of bulks. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BulkSettings.class)
class BulkConfiguration {}
