package org.coexhub.outbound.template;

import org.coexhub.platform.graph.GraphSettings;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.InstantSource;

/** Creates the beans of templates: the list from Graph, the step of the router, the rule before sending. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TemplateSettings.class)
class TemplateConfiguration {

    @Bean(destroyMethod = "close")
    TemplateList templateList(GraphSettings settings) {
        return new TemplateList(settings);
    }

    @Bean
    TemplateSync templateSync(
            SyncSchedule schedule,
            TemplateStore store,
            TemplateList graph,
            GraphSettings access,
            TemplateSettings settings,
            InstantSource clock) {
        return new TemplateSync(schedule, store, graph, access, settings, clock);
    }

    @Bean
    TemplateNews templateNews(TemplateStore store, SyncSchedule schedule, InstantSource clock) {
        return new TemplateNews(store, schedule, clock);
    }

    @Bean
    TemplateRule templateRule(Templates templates, SyncSchedule schedule) {
        return new TemplateRule(templates, schedule);
    }
}
