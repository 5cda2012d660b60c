from django.urls import path

from lms.web.views import about, ageing, demonstration, design, desk, front, health, wayfinding

app_name = "web"
urlpatterns = [
    path("", front.front, name="front"),
    path("desk/", desk.desk, name="desk"),
    path("work/ageing/", ageing.ageing, name="ageing"),
    path("design/", design.design, name="design"),
    path("demonstration/clock/", demonstration.move_clock, name="clock"),
    path("about/", about.about, name="about"),
    path("about/independence/", about.independence, name="independence"),
    path("about/accessibility/", about.accessibility, name="accessibility"),
    path("about/privacy/", about.privacy, name="privacy"),
    path("robots.txt", wayfinding.robots, name="robots"),
    path("sitemap.xml", wayfinding.sitemap, name="sitemap"),
    path("favicon.ico", wayfinding.favicon, name="favicon"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
]
