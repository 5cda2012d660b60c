"""The tables as the migrations up to this number left them, for a database that has none of them; those stay for one that has."""

import courses.blocks
import django.db.models.deletion
import modelcluster.fields
import uuid
import wagtail.fields
from django.conf import settings
from django.db import migrations, models
from lms.db import at_once


class Migration(migrations.Migration):

    replaces = [('courses', '0001_initial'), ('courses', '0002_glossary'), ('courses', '0003_cases'), ('courses', '0004_studying'), ('courses', '0005_requirements'), ('courses', '0006_cohorts'), ('courses', '0007_packages'), ('courses', '0008_steps_of_review_and_blocks'), ('courses', '0009_outline_revision'), ('courses', '0010_translations_and_passages'), ('courses', '0011_cmi5_and_hours')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('organisations', '0005_finance_and_reviewers_of_texts'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        at_once.CreateModels([
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=80, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('about', models.TextField(help_text='Who they are, as HTML.')),
                ('framework', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='courses.framework')),
            ],
        ),
        migrations.CreateModel(
            name='CataloguePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('strapline', models.CharField(blank=True, help_text='What a visitor should know before choosing.', max_length=300)),
            ],
            options={
                'verbose_name': 'catalogue',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Domain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('key', models.SlugField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('weight', models.PositiveSmallIntegerField(help_text='Per cent.')),
                ('summary', models.TextField(blank=True)),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='domains', to='courses.profile')),
            ],
            options={
                'ordering': ['profile', 'number'],
                'constraints': [models.UniqueConstraint(fields=('profile', 'number'), name='courses_domain_number'), models.UniqueConstraint(fields=('profile', 'key'), name='courses_domain_key'), models.CheckConstraint(condition=models.Q(('weight__range', (1, 100))), name='courses_domain_weight')],
            },
        ),
        migrations.CreateModel(
            name='EditorialReview',
            fields=[
                ('task_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.task')),
                ('permission', models.CharField(choices=[('courses.review_subject', 'Subject: is it true, and complete?'), ('courses.review_accessibility', 'Accessibility: can everybody read it?'), ('courses.edit', 'Editor: is it ready to be published?')], default='courses.edit', max_length=40)),
            ],
            options={
                'verbose_name': 'editorial review',
                'verbose_name_plural': 'editorial reviews',
            },
            bases=('wagtailcore.task',),
        ),
        migrations.CreateModel(
            name='Framework',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=80, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('edition', models.CharField(blank=True, max_length=20)),
                ('objectives', models.JSONField(blank=True, default=list, help_text='Objectives offered as prompts (Annex C).')),
                ('risk_sources', models.JSONField(blank=True, default=list, help_text='Risk sources offered as prompts (Annex C).')),
            ],
        ),
        migrations.CreateModel(
            name='LoadedPage',
            fields=[
                ('page', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='loaded', serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('digest', models.CharField(max_length=64)),
                ('revision_id', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Clause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('clause', 'Clause'), ('objective', 'Control objective'), ('control', 'Control')], max_length=12)),
                ('ref', models.CharField(max_length=20)),
                ('title', models.CharField(max_length=200)),
                ('position', models.PositiveIntegerField()),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='courses.clause')),
                ('framework', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clauses', to='courses.framework')),
            ],
            options={
                'ordering': ['framework', 'position'],
                'constraints': [models.UniqueConstraint(fields=('framework', 'ref'), name='courses_clause_ref'), models.CheckConstraint(condition=models.Q(('kind__in', ['clause', 'objective', 'control'])), name='courses_clause_kind'), models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='courses_clause_parent')],
            },
        ),
        migrations.CreateModel(
            name='CoursePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('key', models.SlugField(default=uuid.uuid4, help_text='Records, certificates and addresses hold on to it, so it never changes.', max_length=80, unique=True)),
                ('strapline', models.CharField(blank=True, max_length=300)),
                ('summary', models.TextField(blank=True)),
                ('scheme_key', models.SlugField(blank=True, help_text='The certification scheme it prepares for.', max_length=80)),
                ('days', models.PositiveSmallIntegerField(default=1)),
                ('cpd_hours', models.PositiveSmallIntegerField(default=0, help_text='Hours of the whole course. None are attested before every lesson of it is open and done.')),
                ('product_key', models.CharField(blank=True, help_text='What is bought, in the list of products.', max_length=120)),
                ('outcomes', wagtail.fields.StreamField([('item', 0)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Line', 'max_length': 500})}, help_text='What a learner can do afterwards. Verb first.')),
                ('audience', wagtail.fields.StreamField([('item', 0)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Line', 'max_length': 500})})),
                ('prerequisites', wagtail.fields.StreamField([('item', 0)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Line', 'max_length': 500})})),
                ('day_plan', wagtail.fields.StreamField([('day', 2)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 1: ('wagtail.blocks.TextBlock', (), {'max_length': 2000, 'rows': 3}), 2: ('wagtail.blocks.StructBlock', [[('title', 0), ('text', 1)]], {'label': 'Day'})})),
                ('organisation', models.ForeignKey(blank=True, help_text='Who teaches it and answers for it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='courses', to='organisations.organisation')),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='courses', to='courses.profile')),
            ],
            options={
                'verbose_name': 'course',
                'constraints': [models.CheckConstraint(condition=models.Q(('days__gte', 1)), name='courses_course_days')],
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Cohort',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('open', 'Open'), ('cancelled', 'Cancelled')], default='open', max_length=12)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('joins_until', models.DateField(help_text='The last day on which a place is given.')),
                ('capacity', models.PositiveSmallIntegerField()),
                ('taken', models.PositiveSmallIntegerField(default=0)),
                ('attendance', models.PositiveSmallIntegerField(default=0, help_text="Percent of the sessions' minutes that completion asks for; 0 for none.")),
                ('made_at', models.DateTimeField()),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cohorts', to='courses.coursepage')),
            ],
            options={
                'ordering': ['starts_on', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('capacity__gte', 1), ('taken__lte', models.F('capacity'))), name='courses_cohort_capacity'), models.CheckConstraint(condition=models.Q(('joins_until__lte', models.F('ends_on')), ('starts_on__lte', models.F('ends_on'))), name='courses_cohort_days'), models.CheckConstraint(condition=models.Q(('attendance__lte', 100)), name='courses_cohort_attendance'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'cancelled'])), name='courses_cohort_state')],
            },
        ),
        migrations.CreateModel(
            name='CaseCourse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('named', models.BooleanField(help_text='The classroom says which version is good, and why the other is not.')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='courses.case')),
                ('course', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='case_use', to='courses.coursepage')),
            ],
        ),
        migrations.CreateModel(
            name='DomainResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=120)),
                ('title', models.CharField(max_length=200)),
                ('on', models.DateField()),
                ('domain', models.PositiveSmallIntegerField(help_text="Its number in the course's profile.")),
                ('items', models.PositiveSmallIntegerField()),
                ('numerator', models.PositiveIntegerField()),
                ('denominator', models.PositiveIntegerField()),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.coursepage')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['person', 'course'], name='courses_domain_result_of')],
                'constraints': [models.UniqueConstraint(fields=('source', 'domain'), name='courses_domain_result_once'), models.CheckConstraint(condition=models.Q(('denominator__gte', 1), ('items__gte', 1), ('numerator__lte', models.F('denominator'))), name='courses_domain_result_share')],
            },
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('enrolled', 'Enrolled'), ('completed', 'Completed'), ('withdrawn', 'Withdrawn')], default='enrolled', max_length=12)),
                ('enrolled_at', models.DateTimeField()),
                ('completed_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('hours', models.PositiveSmallIntegerField(blank=True, help_text='CPD hours, fixed at completion; work that is passed later adds its own.', null=True)),
                ('session_hours', models.PositiveSmallIntegerField(default=0, help_text='Those of them that were sessions of a cohort.')),
                ('language', models.CharField(blank=True, help_text='In which the lessons are read, where they are translated.', max_length=10)),
                ('work_hours', models.PositiveSmallIntegerField(default=0, help_text='Those of them that were work beside the lessons, such as a capstone.')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='courses.coursepage')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to=settings.AUTH_USER_MODEL)),
                ('trainer', models.ForeignKey(blank=True, help_text='Who trains this learner now; empty in self-study. Everybody who ever did stands in Training.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='trained_enrolments', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'course'), name='courses_enrolment_once'), models.CheckConstraint(condition=models.Q(('state__in', ['enrolled', 'completed', 'withdrawn'])), name='courses_enrolment_state'), models.CheckConstraint(condition=models.Q(models.Q(('completed_at__isnull', False), ('hours__isnull', False), ('state', 'completed')), models.Q(models.Q(('state', 'completed'), _negated=True), ('completed_at__isnull', True), ('hours__isnull', True)), _connector='OR'), name='courses_enrolment_completed'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), ('withdrawn_at__isnull', False)), models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_at__isnull', True)), _connector='OR'), name='courses_enrolment_withdrawn'), models.CheckConstraint(condition=models.Q(('trainer__isnull', True), models.Q(('trainer', models.F('person')), _negated=True), _connector='OR'), name='courses_enrolment_trainer')],
            },
        ),
        migrations.CreateModel(
            name='CheckAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lesson_key', models.CharField(max_length=80)),
                ('check_key', models.CharField(max_length=80)),
                ('chosen', models.JSONField(help_text='The ids of the options chosen.')),
                ('right', models.BooleanField()),
                ('tries', models.PositiveSmallIntegerField(default=1)),
                ('answered_at', models.DateTimeField()),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='courses.enrolment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('enrolment', 'lesson_key', 'check_key'), name='courses_answer_once'), models.CheckConstraint(condition=models.Q(('tries__gte', 1)), name='courses_answer_tries')],
            },
        ),
        migrations.CreateModel(
            name='EnrolmentChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(max_length=12)),
                ('from_state', models.CharField(blank=True, max_length=12)),
                ('to_state', models.CharField(max_length=12)),
                ('at', models.DateTimeField()),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='courses.enrolment')),
            ],
            options={
                'ordering': ['enrolment', 'at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Glossary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=80, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('language', models.CharField(default='en', max_length=12)),
                ('framework', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='glossaries', to='courses.framework')),
            ],
            options={
                'verbose_name_plural': 'glossaries',
            },
        ),
        migrations.CreateModel(
            name='LessonPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('key', models.SlugField(default=uuid.uuid4, help_text='Records, certificates and addresses hold on to it, so it never changes.', max_length=80)),
                ('home', models.CharField(blank=True, editable=False, max_length=100)),
                ('minutes', models.PositiveSmallIntegerField(default=45, help_text='Honest time of study, exercises included: learners plan their evenings by it.')),
                ('outcomes', wagtail.fields.StreamField([('item', 0)], block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Line', 'max_length': 500})}, help_text='Two to four things that a learner can do afterwards. Verb first.')),
                ('body', wagtail.fields.StreamField([('text', 0), ('table', 4), ('example', 7), ('misconception', 7), ('figure', 11), ('callout', 7), ('scenario', 7), ('columns', 15), ('clauses', 19), ('video', 23), ('download', 26), ('exercise', 28), ('check', 37), ('reference', 40), ('passage', 43), ('term', 45)], block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'bold', 'italic', 'ol', 'ul', 'link', 'code'], 'label': 'Text'}), 1: ('wagtail.blocks.CharBlock', (), {'help_text': 'Read aloud before the table, and printed above it.', 'max_length': 200}), 2: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link'], 'required': False}), 3: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 2)]], {}), 4: ('wagtail.blocks.StructBlock', [[('title', 1), ('table', 3)]], {}), 5: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 6: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link', 'code']}), 7: ('wagtail.blocks.StructBlock', [[('title', 5), ('text', 6)]], {}), 8: ('wagtail.images.blocks.ImageChooserBlock', (), {}), 9: ('wagtail.blocks.CharBlock', (), {'help_text': "What the figure says, for those who don't see it. Not its title: its message.", 'max_length': 400}), 10: ('wagtail.blocks.CharBlock', (), {'max_length': 300, 'required': False}), 11: ('wagtail.blocks.StructBlock', [[('image', 8), ('alternative', 9), ('caption', 10)]], {}), 12: ('wagtail.blocks.CharBlock', (), {'max_length': 120}), 13: ('wagtail.blocks.StructBlock', [[('title', 12), ('text', 6)]], {}), 14: ('wagtail.blocks.ListBlock', (13,), {'max_num': 3, 'min_num': 2}), 15: ('wagtail.blocks.StructBlock', [[('columns', 14)]], {}), 16: ('courses.blocks.RefBlock', (), {'max_length': 20}), 17: ('wagtail.blocks.ListBlock', (16,), {'label': 'Clauses and controls', 'max_num': 12, 'min_num': 1}), 18: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link'], 'help_text': 'What they have to do with this place in the text.'}), 19: ('wagtail.blocks.StructBlock', [[('refs', 17), ('text', 18)]], {}), 20: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'MP4 or WebM.'}), 21: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'A WebVTT file: whoever can’t hear it reads along.'}), 22: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link', 'code'], 'help_text': 'Everything that is said and shown, for those who would rather read it.'}), 23: ('wagtail.blocks.StructBlock', [[('title', 5), ('video', 20), ('captions', 21), ('transcript', 22)]], {}), 24: ('wagtail.blocks.CharBlock', (), {'help_text': 'What it is, and its kind: Risk register (spreadsheet).', 'max_length': 200}), 25: ('wagtail.documents.blocks.DocumentChooserBlock', (), {}), 26: ('wagtail.blocks.StructBlock', [[('title', 24), ('document', 25)]], {}), 27: ('courses.blocks.WholeBlock', (), {'help_text': 'So that a learner can see whether it fits in today.', 'max_value': 240, 'min_value': 1, 'required': False}), 28: ('wagtail.blocks.StructBlock', [[('title', 5), ('minutes', 27), ('text', 6)]], {}), 29: ('wagtail.blocks.RegexBlock', (), {'error_messages': {'invalid': 'Lower case, digits and hyphens, such as c1.'}, 'help_text': 'Answers are kept under it, so it never changes once learners have met the check.', 'max_length': 80, 'regex': '^[a-z0-9]+(-[a-z0-9]+)*$'}), 30: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('single', 'One option is right'), ('multiple', 'Several may be right')]}), 31: ('wagtail.blocks.TextBlock', (), {'max_length': 2000, 'rows': 2}), 32: ('wagtail.blocks.CharBlock', (), {'max_length': 1000}), 33: ('wagtail.blocks.BooleanBlock', (), {'required': False}), 34: ('wagtail.blocks.TextBlock', (), {'help_text': 'Shown once the check is answered, chosen or not.', 'max_length': 2000, 'rows': 3}), 35: ('wagtail.blocks.StructBlock', [[('text', 32), ('right', 33), ('why', 34)]], {}), 36: ('wagtail.blocks.ListBlock', (35,), {'max_num': 8, 'min_num': 2}), 37: ('wagtail.blocks.StructBlock', [[('key', 29), ('kind', 30), ('question', 31), ('options', 36)]], {}), 38: ('wagtail.blocks.CharBlock', (), {'max_length': 300}), 39: ('wagtail.blocks.URLBlock', (), {'required': False}), 40: ('wagtail.blocks.StructBlock', [[('text', 38), ('url', 39)]], {}), 41: ('courses.blocks.SameBlock', ('courses.Passage',), {'help_text': 'Written once, under Courses → Passages.'}), 42: ('courses.blocks.TakenBlock', (), {}), 43: ('wagtail.blocks.StructBlock', [[('passage', 41), ('text', 42)]], {}), 44: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.blocks.terms}), 45: ('wagtail.blocks.StructBlock', [[('term', 44)]], {})})),
                ('references', wagtail.fields.StreamField([('item', 0)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Line', 'max_length': 500})})),
                ('sample', models.BooleanField(default=False, help_text='May be read by anyone, without an account.')),
                ('checked_on', models.DateField(blank=True, help_text='When dated claims in it were last checked.', null=True)),
                ('review_by', models.DateField(blank=True, help_text='When they must be checked again.', null=True)),
                ('from_revision', models.BigIntegerField(editable=False, help_text='Of a translation: the revision of the original that it says.', null=True)),
                ('clauses', modelcluster.fields.ParentalManyToManyField(blank=True, help_text="What of the standard it teaches: shown beside the text, and the link from an exam's result back to it.", related_name='lessons', to='courses.clause')),
            ],
            options={
                'verbose_name': 'lesson',
                'constraints': [models.UniqueConstraint(fields=('home', 'key'), name='courses_lesson_key'), models.CheckConstraint(condition=models.Q(('minutes__gte', 1)), name='courses_lesson_minutes'), models.CheckConstraint(condition=models.Q(models.Q(('checked_on__isnull', True), ('review_by__isnull', True)), models.Q(('checked_on__isnull', False), ('review_by__gt', models.F('checked_on')), ('review_by__isnull', False)), _connector='OR'), name='courses_lesson_review', violation_error_message='Give both dates, the review later than the check, or neither.')],
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='CaseDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('document', 'Document'), ('evidence', 'Evidence')], max_length=12)),
                ('key', models.SlugField(help_text='The same for both versions of a document.', max_length=80)),
                ('version', models.CharField(blank=True, choices=[('good', 'Does its work'), ('flawed', 'Has faults')], max_length=12)),
                ('slug', models.SlugField(max_length=90)),
                ('position', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField(help_text='HTML.')),
                ('answers', models.JSONField(default=dict)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='courses.case')),
                ('clauses', models.ManyToManyField(blank=True, related_name='case_documents', to='courses.clause')),
                ('lessons', models.ManyToManyField(blank=True, related_name='case_documents', to='courses.lessonpage')),
            ],
            options={
                'ordering': ['case', 'position'],
                'constraints': [models.UniqueConstraint(fields=('case', 'slug'), name='courses_case_slug'), models.UniqueConstraint(fields=('case', 'key', 'version'), name='courses_case_version'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'document'), ('version__in', ['good', 'flawed'])), models.Q(('kind', 'evidence'), ('version', '')), _connector='OR'), name='courses_case_kind')],
            },
        ),
        migrations.CreateModel(
            name='LessonRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lesson_key', models.CharField(max_length=80)),
                ('opened_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(help_text='When it was last opened.')),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('place', models.CharField(blank=True, help_text='The anchor where the learner stopped.', max_length=64)),
                ('seconds', models.PositiveIntegerField(default=0, help_text='Time spent in it, pauses not counted.')),
                ('told_at', models.DateTimeField(blank=True, help_text='Up to when that time was counted.', null=True)),
                ('bookmarked_at', models.DateTimeField(blank=True, null=True)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lessons', to='courses.enrolment')),
                ('revision', models.ForeignKey(blank=True, help_text='The edition that the learner began, and reads until they move on.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision')),
                ('translation', models.ForeignKey(blank=True, help_text='The same of the translation that they read last.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('enrolment', 'lesson_key'), name='courses_record_once'), models.CheckConstraint(condition=models.Q(('seen_at__gte', models.F('opened_at'))), name='courses_record_seen'), models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('done_at__gte', models.F('opened_at')), _connector='OR'), name='courses_record_done')],
            },
        ),
        migrations.CreateModel(
            name='ModulePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('key', models.SlugField(default=uuid.uuid4, help_text='Records, certificates and addresses hold on to it, so it never changes.', max_length=80)),
                ('number', models.PositiveSmallIntegerField(default=1)),
                ('summary', models.TextField(blank=True)),
                ('planned', wagtail.fields.StreamField([('item', 0)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Line', 'max_length': 500})}, help_text='Titles of lessons in preparation. Visitors see that they are not open yet.')),
                ('domain', models.ForeignKey(blank=True, help_text='The domain of competence that it builds.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='modules', to='courses.domain')),
                ('shares', models.ForeignKey(blank=True, help_text='Take the lessons of this shared module: one text, edited in one place, read in several courses.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shared_by', to='courses.modulepage')),
            ],
            options={
                'verbose_name': 'module',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(help_text='Given by the page, so that one note sent twice is one.', unique=True)),
                ('lesson_key', models.CharField(max_length=80)),
                ('place', models.CharField(blank=True, help_text='The anchor it stands at.', max_length=64)),
                ('quote', models.CharField(blank=True, help_text='The passage marked.', max_length=500)),
                ('text', models.TextField(blank=True, max_length=5000)),
                ('written_at', models.DateTimeField()),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='courses.enrolment')),
            ],
            options={
                'indexes': [models.Index(fields=['enrolment', 'lesson_key'], name='courses_note_of')],
                'constraints': [models.CheckConstraint(condition=models.Q(('quote', ''), ('text', ''), _negated=True), name='courses_note_says_something')],
            },
        ),
        migrations.CreateModel(
            name='OutlineRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(default=1)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='courses_one_outline_revision')],
            },
        ),
        migrations.CreateModel(
            name='Package',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('standard', models.CharField(choices=[('scorm-1.2', 'scorm-1.2'), ('scorm-2004', 'scorm-2004'), ('cmi5', 'cmi5')], max_length=12)),
                ('title', models.CharField(max_length=200)),
                ('file', models.CharField(help_text='The name under which it came.', max_length=255)),
                ('sha256', models.CharField(max_length=64)),
                ('imported_at', models.DateTimeField()),
                ('imported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('standard__in', ['scorm-1.2', 'scorm-2004', 'cmi5'])), name='courses_package_standard')],
            },
        ),
        migrations.CreateModel(
            name='PackageFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=500)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(help_text='Under it the storage keeps the content.', max_length=64)),
                ('package', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='courses.package')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('package', 'path'), name='courses_package_file_once')],
            },
        ),
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('live', models.BooleanField(default=True, editable=False, verbose_name='live')),
                ('has_unpublished_changes', models.BooleanField(default=False, editable=False, verbose_name='has unpublished changes')),
                ('first_published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='first published at')),
                ('last_published_at', models.DateTimeField(editable=False, null=True, verbose_name='last published at')),
                ('go_live_at', models.DateTimeField(blank=True, null=True, verbose_name='go live date/time')),
                ('expire_at', models.DateTimeField(blank=True, null=True, verbose_name='expiry date/time')),
                ('expired', models.BooleanField(default=False, editable=False, verbose_name='expired')),
                ('locked', models.BooleanField(default=False, editable=False, verbose_name='locked')),
                ('locked_at', models.DateTimeField(editable=False, null=True, verbose_name='locked at')),
                ('key', models.SlugField(help_text='Lessons name it by its key, here and in files, so it never changes.', max_length=80, unique=True)),
                ('title', models.CharField(help_text='For authors, who choose it by its title. Learners don’t see it.', max_length=200)),
                ('text', wagtail.fields.RichTextField()),
                ('latest_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision')),
                ('live_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='live revision')),
                ('locked_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='locked_%(class)ss', to=settings.AUTH_USER_MODEL, verbose_name='locked by')),
                ('organisation', models.ForeignKey(blank=True, help_text='Whose authors write it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'ordering': ['title'],
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('held', 'Held'), ('left', 'Left')], default='waiting', max_length=12)),
                ('asked_at', models.DateTimeField(help_text='Whoever asked first is first on the waiting list.')),
                ('changed_at', models.DateTimeField()),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='courses.cohort')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='courses.enrolment')),
            ],
            options={
                'ordering': ['asked_at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('cohort', 'enrolment'), name='courses_place_once'), models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'held'])), fields=('enrolment',), name='courses_place_in_one_cohort'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'held', 'left'])), name='courses_place_state')],
            },
        ),
        migrations.CreateModel(
            name='PlaceChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(max_length=12)),
                ('from_state', models.CharField(blank=True, max_length=12)),
                ('to_state', models.CharField(max_length=12)),
                ('at', models.DateTimeField()),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='courses.place')),
            ],
            options={
                'ordering': ['place', 'at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=80, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('framework', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='profiles', to='courses.framework')),
            ],
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(help_text='Given by the page, so that one question sent twice is one.', unique=True)),
                ('lesson_key', models.CharField(max_length=80)),
                ('block', models.CharField(blank=True, help_text="The block's id; empty for the whole lesson.", max_length=36)),
                ('passage', models.CharField(blank=True, help_text='How the block began.', max_length=300)),
                ('text', models.TextField(max_length=4000)),
                ('state', models.CharField(choices=[('open', 'Open'), ('answered', 'Answered')], default='open', max_length=12)),
                ('asked_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='courses.enrolment')),
                ('revision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision')),
            ],
            options={
                'indexes': [models.Index(fields=['enrolment', 'lesson_key'], name='courses_question_of')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='courses_question_says_something'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'answered'])), name='courses_question_state')],
            },
        ),
        migrations.CreateModel(
            name='Repetition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lesson_key', models.CharField(max_length=80)),
                ('check_key', models.CharField(max_length=80)),
                ('box', models.PositiveSmallIntegerField(help_text='How often in a row it was right since, plus one.')),
                ('due_on', models.DateField(help_text='Empty when it is learned.', null=True)),
                ('asked_at', models.DateTimeField(help_text='When it was last answered.')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='repetitions', to='courses.enrolment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('enrolment', 'lesson_key', 'check_key'), name='courses_repetition_once'), models.CheckConstraint(condition=models.Q(('box__gte', 1)), name='courses_repetition_box')],
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(help_text='Given by the page, so that one reply sent twice is one.', unique=True)),
                ('text', models.TextField(max_length=4000)),
                ('at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='courses.question')),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='courses_reply_says_something')],
            },
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('path', models.CharField(help_text='The address at which a learner finds it.', max_length=200)),
                ('active', models.BooleanField(default=True)),
                ('needed', models.BooleanField(default=True, help_text='The course is complete only when it is passed.')),
                ('hours', models.PositiveSmallIntegerField(default=0, help_text='CPD hours, for whoever passes it, beside those of the course.')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requirements', to='courses.coursepage')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('course', 'key'), name='courses_requirement_once')],
            },
        ),
        migrations.CreateModel(
            name='RequirementMet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(help_text='What it was met by.', max_length=120)),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requirement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='met', to='courses.requirement')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('requirement', 'person'), name='courses_requirement_met_once')],
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('launch', models.PositiveIntegerField(default=0)),
                ('seq', models.PositiveIntegerField(default=0)),
                ('begun_at', models.DateTimeField()),
                ('launched_at', models.DateTimeField()),
                ('kept_at', models.DateTimeField(blank=True, null=True)),
                ('completed_at', models.DateTimeField(blank=True, null=True)),
                ('completion', models.CharField(blank=True, help_text='In the words of the package.', max_length=16)),
                ('success', models.CharField(blank=True, max_length=16)),
                ('score', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                ('scaled', models.DecimalField(blank=True, decimal_places=4, max_digits=6, null=True)),
                ('seconds', models.PositiveIntegerField(default=0, help_text='Of all windows before this one.')),
                ('session', models.PositiveIntegerField(default=0, help_text='Seconds of this one, as far as the clock allows.')),
                ('suspend_data', models.TextField(blank=True)),
                ('cmi', models.JSONField(default=dict, help_text='The data model as the package left it; of cmi5, where its session stands.')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='courses.enrolment')),
                ('sco', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='courses.sco')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('enrolment', 'sco'), name='courses_run_once'), models.CheckConstraint(condition=models.Q(('scaled__isnull', True), models.Q(('scaled__gte', -1), ('scaled__lte', 1)), _connector='OR'), name='courses_run_scaled'), models.CheckConstraint(condition=models.Q(('launched_at__gte', models.F('begun_at'))), name='courses_run_launched')],
            },
        ),
        migrations.CreateModel(
            name='PackageStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField()),
                ('launch', models.PositiveIntegerField(help_text='Which window told it.')),
                ('verb', models.CharField(max_length=255)),
                ('body', models.JSONField()),
                ('at', models.DateTimeField()),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='statements', to='courses.run')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('run', 'uuid'), name='courses_statement_once')],
            },
        ),
        migrations.CreateModel(
            name='PackageDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('state', 'State'), ('activity', 'Profile of the activity'), ('agent', 'Profile of the learner')], max_length=8)),
                ('key', models.CharField(max_length=255)),
                ('media_type', models.CharField(max_length=100)),
                ('content', models.BinaryField()),
                ('etag', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='courses.run')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('run', 'kind', 'key'), name='courses_package_document_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['state', 'activity', 'agent'])), name='courses_package_document_kind')],
            },
        ),
        migrations.CreateModel(
            name='Sco',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.CharField(max_length=255)),
                ('title', models.CharField(max_length=200)),
                ('entry', models.CharField(help_text='The file it begins with, and what follows its name.', max_length=1000)),
                ('launch_data', models.TextField(blank=True)),
                ('mastery', models.CharField(blank=True, help_text='The score that passes, as it is told.', max_length=20)),
                ('tracks', models.BooleanField(default=True, help_text='Whether it tells how far its learner came.')),
                ('move_on', models.CharField(blank=True, help_text='What cmi5 asks to be told before it is done.', max_length=20)),
                ('entitlement', models.CharField(blank=True, help_text='A key that its maker looks for.', max_length=255)),
                ('lesson', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='scos', to='courses.lessonpage')),
                ('package', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scos', to='courses.package')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('package', 'identifier'), name='courses_sco_once')],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=120)),
                ('starts_at', models.DateTimeField()),
                ('minutes', models.PositiveSmallIntegerField(help_text='As planned: attendance counts no more than this.')),
                ('where', models.CharField(blank=True, help_text='A room, or the address of a call.', max_length=300)),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('held', 'Held'), ('cancelled', 'Cancelled')], default='planned', max_length=12)),
                ('sequence', models.PositiveSmallIntegerField(default=0)),
                ('changed_at', models.DateTimeField()),
                ('held_at', models.DateTimeField(blank=True, help_text='When attendance was first taken.', null=True)),
                ('evidence', models.CharField(blank=True, help_text='By what it is known who was there.', max_length=300)),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='courses.cohort')),
                ('trainer', models.ForeignKey(blank=True, help_text="Who holds it, where that is not the cohort's own trainer.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['starts_at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('minutes__gte', 1)), name='courses_session_minutes'), models.CheckConstraint(condition=models.Q(models.Q(('held_at__isnull', False), ('state', 'held'), models.Q(('evidence', ''), _negated=True)), models.Q(('held_at__isnull', True), ('state__in', ['planned', 'cancelled'])), _connector='OR'), name='courses_session_held')],
            },
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('presence', models.CharField(choices=[('present', 'present'), ('part', 'part'), ('absent', 'absent')], max_length=12)),
                ('minutes', models.PositiveSmallIntegerField()),
                ('taken_at', models.DateTimeField()),
                ('taken_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='courses.enrolment')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='courses.session')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('session', 'enrolment'), name='courses_attendance_once'), models.CheckConstraint(condition=models.Q(models.Q(('minutes', 0), ('presence', 'absent')), models.Q(('minutes__gte', 1), ('presence__in', ['present', 'part'])), _connector='OR'), name='courses_attendance_minutes')],
            },
        ),
        migrations.CreateModel(
            name='StudyPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekdays', models.PositiveSmallIntegerField(default=31, help_text='The lowest bit is Monday.')),
                ('own_on', models.DateField(blank=True, null=True)),
                ('exam_on', models.DateField(blank=True, null=True)),
                ('exam_title', models.CharField(blank=True, max_length=200)),
                ('exam_source', models.CharField(blank=True, help_text='By what the day of the exam was told.', max_length=120)),
                ('enrolment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='plan', to='courses.enrolment')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('weekdays__gte', 1), ('weekdays__lte', 127)), name='courses_plan_weekdays'), models.CheckConstraint(condition=models.Q(models.Q(('exam_on__isnull', True), ('exam_source', '')), models.Q(('exam_on__isnull', False), models.Q(('exam_source', ''), _negated=True)), _connector='OR'), name='courses_plan_exam')],
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=80, unique=True)),
                ('term', models.CharField(max_length=120)),
                ('also', models.JSONField(blank=True, default=list, help_text='Other words for the same thing.')),
                ('text', models.TextField()),
                ('clauses', models.ManyToManyField(blank=True, related_name='terms', to='courses.clause')),
                ('glossary', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='courses.glossary')),
                ('see', models.ManyToManyField(blank=True, related_name='seen_from', to='courses.term')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='courses_term_text')],
            },
        ),
        migrations.CreateModel(
            name='Training',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began_on', models.DateField()),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trainings', to='courses.enrolment')),
                ('trainer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['began_on', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True)), fields=('enrolment', 'trainer'), name='courses_training_lasts_once'), models.CheckConstraint(condition=models.Q(('ended_on__isnull', True), ('ended_on__gte', models.F('began_on')), _connector='OR'), name='courses_training_ends_after_it_began')],
            },
        ),
        migrations.CreateModel(
            name='CohortTrainer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since_at', models.DateTimeField()),
                ('until_at', models.DateTimeField(blank=True, null=True)),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trainers', to='courses.cohort')),
                ('trainer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['since_at', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until_at__isnull', True)), fields=('cohort', 'trainer'), name='courses_cohort_trainer_once')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='learning_consents', to='organisations.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('person', 'organisation'), name='courses_consent_stands_once'), models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), ('withdrawn_at__gte', models.F('given_at')), _connector='OR'), name='courses_consent_withdrawn_after_given')],
            },
        ),
        ]),
    ]
