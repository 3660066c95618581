package org.coexhub.state.conversation;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/** Binds the settings of conversations. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HandoverSettings.class)
class ConversationConfiguration {}
