package org.coexhub.state.consent;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/** Binds the settings of consent. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ConsentSettings.class)
class ConsentConfiguration {}
