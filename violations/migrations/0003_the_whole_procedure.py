"""The rows beside a case, and the catalogue's new columns.

Reversible only while the rows of the whole catalogue are not loaded: their codes of groups and
grades of confidence do not fit the shorter columns of before, and the law that was loaded stays.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cameras', '0002_guards'),
        ('notices', '0003_forms_of_the_procedure'),
        ('violations', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AgencyMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency', models.CharField(choices=[('inspection', 'vehicle inspection'), ('registration', 'vehicle registration'), ('licence', 'driving licences'), ('lookup', 'national look-up'), ('database', 'national violation database')], max_length=12, verbose_name='agency')),
                ('kind', models.CharField(choices=[('warn', 'warning'), ('lift', 'warning lifted'), ('publish', 'publication'), ('status', 'change of status'), ('withdraw', 'publication withdrawn'), ('points', 'points'), ('suspend', 'suspension of the licence')], max_length=8, verbose_name='kind')),
                ('key', models.UUIDField(unique=True, verbose_name='idempotency key')),
                ('payload', models.JSONField(verbose_name='payload')),
                ('created_at', models.DateTimeField(verbose_name='written')),
                ('state', models.CharField(choices=[('waiting', 'to be sent'), ('acknowledged', 'acknowledged'), ('stuck', 'stuck: a person must look')], default='waiting', max_length=12, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_attempt_at', models.DateTimeField(verbose_name='next attempt')),
                ('fault', models.CharField(blank=True, max_length=200, verbose_name='fault')),
                ('receipt', models.CharField(blank=True, max_length=80, verbose_name='receipt of the agency')),
                ('acknowledged_at', models.DateTimeField(null=True, verbose_name='acknowledged')),
            ],
            options={
                'verbose_name': 'message to an agency',
                'verbose_name_plural': 'messages to agencies',
                'ordering': ['id'],
                'permissions': [('manage_outbox', 'Can send stuck messages to agencies again')],
            },
        ),
        migrations.CreateModel(
            name='AgencyResend',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('fault', models.CharField(max_length=200, verbose_name='fault until then')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='resends', to='violations.agencymessage', verbose_name='message')),
            ],
            options={
                'verbose_name': 'message sent again',
                'verbose_name_plural': 'messages sent again',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='AgencyWarning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency', models.CharField(choices=[('inspection', 'vehicle inspection'), ('registration', 'vehicle registration'), ('licence', 'driving licences')], max_length=12, verbose_name='agency')),
                ('ground', models.CharField(choices=[('no_show', 'the owner has not come'), ('unpaid', 'the decision is not complied with')], max_length=8, verbose_name='ground')),
                ('sent_on', models.DateField(verbose_name='sent')),
                ('lifted_on', models.DateField(null=True, verbose_name='lifted')),
            ],
            options={
                'verbose_name': 'warning to an agency',
                'verbose_name_plural': 'warnings to agencies',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Circumstance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('mitigating', 'mitigating'), ('aggravating', 'aggravating')], max_length=11, verbose_name='kind')),
                ('ground', models.CharField(max_length=40, verbose_name='ground')),
                ('proof', models.CharField(max_length=400, verbose_name='proof')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
            ],
            options={
                'verbose_name': 'circumstance',
                'verbose_name_plural': 'circumstances',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='CommuneRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('commune', models.CharField(max_length=160, verbose_name='commune police')),
                ('sent_on', models.DateField(null=True, verbose_name='sent')),
                ('outcome', models.CharField(blank=True, choices=[('delivered', 'notice delivered'), ('not_resident', 'not resident here'), ('moved', 'moved away'), ('sold', 'vehicle sold')], max_length=12, verbose_name='outcome')),
                ('reported_on', models.DateField(null=True, verbose_name='reported')),
                ('buyer', models.CharField(blank=True, max_length=400, verbose_name='buyer, as reported')),
            ],
            options={
                'verbose_name': 'request to a commune police',
                'verbose_name_plural': 'requests to commune police',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Complaint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'first'), (2, 'second')], verbose_name='level')),
                ('received_on', models.DateField(verbose_name='received')),
                ('content', models.TextField(max_length=4000, verbose_name='content')),
                ('state', models.CharField(choices=[('received', 'received'), ('accepted', 'accepted'), ('refused', 'not accepted'), ('decided', 'decided'), ('withdrawn', 'withdrawn'), ('overtaken', 'not decided in time; the superior decides')], default='received', max_length=9, verbose_name='state')),
                ('is_late', models.BooleanField(default=False, verbose_name='received after the time to complain')),
                ('is_remote', models.BooleanField(default=False, verbose_name='remote area, longer periods')),
                ('accepted_on', models.DateField(null=True, verbose_name='accepted')),
                ('is_complex', models.BooleanField(default=False, verbose_name='complex')),
                ('ground', models.CharField(blank=True, choices=[('internal', 'an internal measure of an authority (Đ11 k1)'), ('not_concerned', 'no right of the complainant is touched (Đ11 k2)'), ('no_capacity', 'no full capacity and no lawful representative (Đ11 k3)'), ('representative', 'the representative is not lawful (Đ11 k4)'), ('unsigned', 'no signature or fingerprint (Đ11 k5)'), ('late', 'the time to complain has passed without good reason (Đ11 k6)'), ('decided_twice', 'the second complaint is already decided (Đ11 k7)'), ('not_continued', 'stopped, and not continued within 30 days (Đ11 k8)'), ('at_court', 'a court has accepted or decided the matter (Đ11 k9)')], max_length=14, verbose_name='ground of refusal')),
                ('refusal', models.CharField(blank=True, max_length=400, verbose_name='reason of refusal')),
                ('dialogue_on', models.DateField(null=True, verbose_name='dialogue held')),
                ('decided_on', models.DateField(null=True, verbose_name='decided')),
                ('outcome', models.CharField(blank=True, choices=[('dismissed', 'the decision stands'), ('partly_upheld', 'upheld in part: the decision is to be amended'), ('upheld', 'upheld: the decision is to be cancelled')], max_length=13, verbose_name='outcome')),
            ],
            options={
                'verbose_name': 'complaint',
                'verbose_name_plural': 'complaints',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='DecidedAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                ('quantity', models.PositiveSmallIntegerField(null=True, verbose_name='persons above the limit')),
                ('frame_min_vnd', models.BigIntegerField(verbose_name='frame from, đồng')),
                ('frame_max_vnd', models.BigIntegerField(verbose_name='frame to, đồng')),
                ('fine_vnd', models.BigIntegerField(verbose_name='fine, đồng')),
                ('ceiling_vnd', models.BigIntegerField(verbose_name='ceiling of power when signing, đồng')),
                ('arithmetic', models.JSONField(verbose_name='how it was computed')),
            ],
            options={
                'verbose_name': 'decided act',
                'verbose_name_plural': 'decided acts',
                'ordering': ['decision', 'position'],
            },
        ),
        migrations.CreateModel(
            name='DecisionChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('amended', 'amended (MQĐ38)'), ('corrected', 'corrected (MQĐ39)'), ('cancelled', 'cancelled (MQĐ40)')], max_length=9, verbose_name='kind')),
                ('ground', models.CharField(max_length=40, verbose_name='ground')),
                ('text', models.TextField(max_length=2000, verbose_name='what is changed, as printed')),
                ('fine_delta_vnd', models.BigIntegerField(default=0, verbose_name='change of the fine, đồng')),
                ('changed_on', models.DateField(null=True, verbose_name='changed')),
            ],
            options={
                'verbose_name': 'change of a decision',
                'verbose_name_plural': 'changes of decisions',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, verbose_name='number of the decision')),
                ('signed_on', models.DateField(verbose_name='signed')),
                ('scope', models.CharField(max_length=400, verbose_name='scope and content')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='until')),
                ('revoked_on', models.DateField(blank=True, null=True, verbose_name='revoked')),
            ],
            options={
                'verbose_name': 'delegation',
                'verbose_name_plural': 'delegations',
                'ordering': ['-starts_on'],
            },
        ),
        migrations.CreateModel(
            name='Enforcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('measure', models.CharField(choices=[('deduction', 'deduction from salary or account'), ('distraint', 'distraint and auction'), ('third_party', 'collection from a third party'), ('remedial', 'remedial measure carried out')], max_length=12, verbose_name='measure')),
                ('ground', models.CharField(max_length=400, verbose_name='ground')),
                ('ordered_on', models.DateField(null=True, verbose_name='ordered')),
            ],
            options={
                'verbose_name': 'enforcement',
                'verbose_name_plural': 'enforcements',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Evasion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock', models.CharField(choices=[('time_bar', 'time bar for a sanction'), ('lapse', 'execution of the decision')], max_length=8, verbose_name='clock')),
                ('began_on', models.DateField(verbose_name='began')),
                ('ended_on', models.DateField(verbose_name='ended')),
                ('basis', models.CharField(max_length=400, verbose_name='basis')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
            ],
            options={
                'verbose_name': 'evasion',
                'verbose_name_plural': 'evasions',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ExecutionSuspension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordered_by', models.CharField(choices=[('complaint', 'who decides the complaint'), ('court', 'court')], max_length=9, verbose_name='ordered by')),
                ('reference', models.CharField(max_length=60, verbose_name='number of the order')),
                ('ground', models.CharField(max_length=400, verbose_name='ground')),
                ('from_on', models.DateField(verbose_name='from')),
                ('lifted_on', models.DateField(null=True, verbose_name='lifted')),
                ('lift_reason', models.CharField(blank=True, max_length=400, verbose_name='reason of lifting')),
            ],
            options={
                'verbose_name': 'suspension of execution',
                'verbose_name_plural': 'suspensions of execution',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='FineAdjustment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('delta_vnd', models.BigIntegerField(verbose_name='change, đồng')),
                ('on', models.DateField(verbose_name='day')),
                ('at', models.DateTimeField(verbose_name='recorded')),
            ],
            options={
                'verbose_name': 'adjustment of a fine',
                'verbose_name_plural': 'adjustments of fines',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='FurtherAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveSmallIntegerField(blank=True, help_text='For acts fined a person.', null=True, verbose_name='persons above the limit')),
                ('note', models.CharField(max_length=400, verbose_name='what shows it')),
                ('added_at', models.DateTimeField(verbose_name='added')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
            ],
            options={
                'verbose_name': 'further act',
                'verbose_name_plural': 'further acts',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Instalment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('due_on', models.DateField(verbose_name='pay by')),
                ('amount_vnd', models.BigIntegerField(verbose_name='amount, đồng')),
            ],
            options={
                'verbose_name': 'instalment',
                'verbose_name_plural': 'instalments',
                'ordering': ['relief', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Lawsuit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('court', models.CharField(max_length=160, verbose_name='court')),
                ('docket', models.CharField(max_length=60, verbose_name='docket number')),
                ('filed_on', models.DateField(verbose_name='filed')),
                ('judged_on', models.DateField(null=True, verbose_name='judged')),
                ('judgment', models.CharField(blank=True, max_length=60, verbose_name='judgment number')),
                ('outcome', models.CharField(blank=True, choices=[('dismissed', 'the decision stands'), ('annulled', 'the decision is annulled'), ('ended', 'the case at court ended without a judgment')], max_length=9, verbose_name='outcome')),
            ],
            options={
                'verbose_name': 'lawsuit',
                'verbose_name_plural': 'lawsuits',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Licence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='licence number')),
                ('classes', models.CharField(max_length=40, verbose_name='classes')),
                ('has_unlimited_part', models.BooleanField(verbose_name='has a part without a term (motorcycles)')),
                ('has_term_part', models.BooleanField(verbose_name='has a part with a term (cars)')),
                ('issued_on', models.DateField(blank=True, null=True, verbose_name='issued')),
                ('issued_by', models.CharField(blank=True, max_length=120, verbose_name='issued by')),
            ],
            options={
                'verbose_name': 'driving licence',
                'verbose_name_plural': 'driving licences',
            },
        ),
        migrations.CreateModel(
            name='LicenceSuspension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='from')),
                ('until_on', models.DateField(verbose_name='until')),
                ('cancelled_on', models.DateField(null=True, verbose_name='cancelled')),
            ],
            options={
                'verbose_name': 'suspension of a licence',
                'verbose_name_plural': 'suspensions of licences',
            },
        ),
        migrations.CreateModel(
            name='PointsEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('unlimited', 'motorcycle part'), ('term', 'car part')], max_length=9, verbose_name='part')),
                ('what', models.CharField(choices=[('deducted', 'deducted'), ('reversed', 'given back, decision cancelled'), ('tested', 'restored after the test')], max_length=9, verbose_name='what')),
                ('points', models.PositiveSmallIntegerField(verbose_name='points')),
                ('on', models.DateField(verbose_name='day')),
                ('balance_after', models.PositiveSmallIntegerField(verbose_name='balance after')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='basis')),
                ('at', models.DateTimeField(verbose_name='recorded')),
            ],
            options={
                'verbose_name': 'movement of points',
                'verbose_name_plural': 'movements of points',
                'ordering': ['licence', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Relief',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('deferral', 'deferral'), ('reduction', 'reduction'), ('exemption', 'exemption'), ('instalments', 'instalments')], max_length=11, verbose_name='kind')),
                ('requested_on', models.DateField(verbose_name='requested')),
                ('ground', models.CharField(max_length=400, verbose_name='ground')),
                ('state', models.CharField(choices=[('requested', 'being decided'), ('granted', 'granted'), ('refused', 'refused')], default='requested', max_length=9, verbose_name='state')),
                ('until_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('reduced_vnd', models.BigIntegerField(default=0, verbose_name='taken off the fine, đồng')),
                ('decided_on', models.DateField(null=True, verbose_name='decided')),
                ('refusal', models.CharField(blank=True, max_length=400, verbose_name='reason of refusal')),
            ],
            options={
                'verbose_name': 'relief',
                'verbose_name_plural': 'reliefs',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='SecondLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(choices=[('register', 'picture and register differ'), ('contested', 'the owner says it was not his vehicle'), ('officer', 'an officer asks for it')], max_length=12, verbose_name='ground')),
                ('note', models.CharField(blank=True, max_length=400, verbose_name='what to look at')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('looked_at', models.DateTimeField(null=True, verbose_name='looked')),
                ('agrees', models.BooleanField(null=True, verbose_name='agrees with the first')),
                ('finding', models.CharField(blank=True, max_length=400, verbose_name='finding')),
                ('adjudicated_at', models.DateTimeField(null=True, verbose_name='adjudicated')),
                ('upholds', models.BooleanField(null=True, verbose_name='upholds the first')),
            ],
            options={
                'verbose_name': 'second look',
                'verbose_name_plural': 'second looks',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ServiceAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('refused', 'refused in person, minuted (MBB06)'), ('returned', 'returned by the post'), ('entered', 'entered in the information system'), ('posted_up', 'posted up in public')], max_length=10, verbose_name='what')),
                ('on', models.DateField(verbose_name='day')),
                ('proof', models.CharField(max_length=200, verbose_name='proof')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
            ],
            options={
                'verbose_name': 'attempt at service',
                'verbose_name_plural': 'attempts at service',
                'ordering': ['on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('result', 'result of the device'), ('file', 'file of the case')], max_length=6, verbose_name='stage')),
                ('ground', models.CharField(max_length=400, verbose_name='ground')),
                ('transferred_on', models.DateField(null=True, verbose_name='transferred')),
                ('acknowledged_at', models.DateTimeField(null=True, verbose_name='acknowledged')),
            ],
            options={
                'verbose_name': 'transfer',
                'verbose_name_plural': 'transfers',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='WorkingSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('held_at', models.DateTimeField(verbose_name='held')),
                ('present_as', models.CharField(choices=[('owner', 'owner'), ('representative', 'representative of the owner'), ('driver', 'driver')], max_length=14, verbose_name='who came')),
                ('shown_files', models.JSONField(default=list, verbose_name='files shown, by SHA-256')),
                ('statement', models.TextField(max_length=4000, verbose_name='statement')),
                ('names_driver', models.BooleanField(verbose_name='said who drove')),
            ],
            options={
                'verbose_name': 'working session',
                'verbose_name_plural': 'working sessions',
                'ordering': ['held_at'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='decision',
            name='the_signer_has_the_power',
        ),
        migrations.RemoveConstraint(
            model_name='penaltyrule',
            name='a_frame_has_a_floor_and_a_ceiling',
        ),
        migrations.AddField(
            model_name='casedeadline',
            name='variant',
            field=models.CharField(blank=True, max_length=24, verbose_name='variant'),
        ),
        migrations.AddField(
            model_name='casedeadline',
            name='passed_on',
            field=models.DateField(blank=True, null=True, verbose_name='passing acted on'),
        ),
        migrations.AddIndex(
            model_name='casedeadline',
            index=models.Index(condition=models.Q(('met_on__isnull', True), ('passed_on__isnull', True)), fields=['name', 'due_on', 'case'], name='clock_to_act_on'),
        ),
        migrations.AddField(
            model_name='decision',
            name='is_warning',
            field=models.BooleanField(default=False, verbose_name='a warning, no fine'),
        ),
        migrations.AddField(
            model_name='decision',
            name='points',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='licence points to deduct'),
        ),
        migrations.AddField(
            model_name='decision',
            name='suspension_days',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='and days'),
        ),
        migrations.AddField(
            model_name='decision',
            name='suspension_months',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='suspension, months'),
        ),
        migrations.AddField(
            model_name='explanation',
            name='extended_on',
            field=models.DateField(blank=True, null=True, verbose_name='lengthened on'),
        ),
        migrations.AddField(
            model_name='explanation',
            name='heard_on',
            field=models.DateField(blank=True, null=True, verbose_name='hearing held'),
        ),
        migrations.AddField(
            model_name='explanation',
            name='hearing_called_for_on',
            field=models.DateField(blank=True, null=True, verbose_name='hearing called for'),
        ),
        migrations.AddField(
            model_name='explanation',
            name='hearing_notice',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.notice', verbose_name='minutes (MBB03)'),
        ),
        migrations.AddField(
            model_name='explanation',
            name='hearing_requested_on',
            field=models.DateField(blank=True, null=True, verbose_name='hearing requested'),
        ),
        migrations.AddField(
            model_name='party',
            name='basis',
            field=models.CharField(blank=True, choices=[('drove', 'drove the vehicle'), ('owner_act', "answers as owner for the owner's own act"), ('uncooperative', 'owner who does not say who drove (Đ47 k8b)')], max_length=20, verbose_name='why this person'),
        ),
        migrations.AddField(
            model_name='party',
            name='intent_finding',
            field=models.CharField(blank=True, max_length=400, verbose_name='what shows that the act was intentional (14 to under 16)'),
        ),
        migrations.AddField(
            model_name='party',
            name='points_finding',
            field=models.CharField(blank=True, max_length=400, verbose_name='why an owner who does not say who drove loses points'),
        ),
        migrations.AddField(
            model_name='penaltyrule',
            name='cap_vnd',
            field=models.BigIntegerField(blank=True, null=True, verbose_name='at most, đồng'),
        ),
        migrations.AddField(
            model_name='penaltyrule',
            name='confiscated',
            field=models.CharField(blank=True, max_length=120, verbose_name='what is confiscated'),
        ),
        migrations.AddField(
            model_name='penaltyrule',
            name='fold',
            field=models.CharField(default='', editable=False, max_length=900, verbose_name='act, for the search'),
        ),
        migrations.AddField(
            model_name='penaltyrule',
            name='is_per_person',
            field=models.BooleanField(default=False, verbose_name='fined for each person above the limit'),
        ),
        migrations.AddField(
            model_name='penaltyrule',
            name='is_residual',
            field=models.BooleanField(default=False, verbose_name='only where no specific act fits'),
        ),
        migrations.AddField(
            model_name='penaltyrule',
            name='offender',
            field=models.CharField(blank=True, choices=[('', 'anyone; twice for an organisation'), ('individual', 'individual'), ('organisation', 'organisation, as printed')], default='', max_length=12, verbose_name='whose amounts'),
        ),
        migrations.AddField(
            model_name='penaltyrule',
            name='points_note',
            field=models.CharField(blank=True, max_length=200, verbose_name='condition of the points'),
        ),
        migrations.AddField(
            model_name='penaltyrule',
            name='sanction',
            field=models.CharField(choices=[('fine', 'fine'), ('warning', 'warning'), ('confiscation', 'confiscation')], default='fine', max_length=12, verbose_name='main sanction'),
        ),
        migrations.AddField(
            model_name='violation',
            name='quantity',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='persons above the limit'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='kind',
            field=models.CharField(choices=[('TB0173', 'Notice 01/73'), ('MBB01', 'Violation record MBB01'), ('MQD02', 'Penalty decision MQĐ02'), ('XNNT', 'Payment confirmation'), ('TB0273', 'Notice of licence points 02/73'), ('PC0373', 'Transfer slip 03/73'), ('PG04', 'Slip to the commune police (form 04)'), ('MBB02', 'Minutes of a working session MBB02'), ('MBB03', 'Minutes of a hearing MBB03'), ('MBB29', 'Minutes of handing over a file MBB29'), ('MQD03', 'Decision on deferral MQĐ03'), ('MQD04', 'Decision on reduction or exemption MQĐ04'), ('MQD05', 'Decision on payment in parts MQĐ05'), ('MQD07', 'Decision on enforcement MQĐ07'), ('MQD38', 'Decision amending a decision MQĐ38'), ('MQD39', 'Decision correcting a decision MQĐ39'), ('MQD40', 'Decision cancelling a decision MQĐ40'), ('KN03', 'Notice of an accepted complaint (form 03)'), ('KN04', 'Notice of a complaint not accepted (form 04)'), ('KNQD', 'Decision on a complaint')], max_length=8, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='officertitle',
            name='title',
            field=models.CharField(choices=[('soldier', 'Officer on duty'), ('team_head', 'Head of a team or station'), ('commune_chief', 'Head of a commune police'), ('office_head', 'Head of a traffic police office'), ('provincial_director', 'Director of a provincial police'), ('department_director', 'Director of the traffic police department'), ('deputy_team_head', 'Deputy head of a team or station'), ('deputy_commune_chief', 'Deputy head of a commune police'), ('deputy_office_head', 'Deputy head of a traffic police office'), ('deputy_provincial_director', 'Deputy director of a provincial police'), ('deputy_department_director', 'Deputy director of the department')], max_length=30, verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='penaltyrule',
            name='confidence',
            field=models.CharField(max_length=40, verbose_name='confidence'),
        ),
        migrations.AlterField(
            model_name='penaltyrule',
            name='vehicle_group',
            field=models.CharField(max_length=30, verbose_name='vehicle group'),
        ),
        migrations.AlterField(
            model_name='penaltyrule',
            name='violation_type',
            field=models.CharField(blank=True, max_length=40, verbose_name='kind of violation'),
        ),
        migrations.AlterField(
            model_name='servicerecord',
            name='way',
            field=models.CharField(choices=[('handed_over', 'handed over in person'), ('post', 'registered post, delivered'), ('electronic', 'electronic, opened by the person'), ('refused', 'refused in person: deemed served'), ('returned', 'third return by the post: deemed served'), ('entered', 'entered in the information system: deemed served'), ('posted_up', 'posted up in public: deemed served')], max_length=12, verbose_name='way'),
        ),
        migrations.AddField(
            model_name='complaint',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='violations.officer', verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='pointsentry',
            name='recorded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='violations.officer', verbose_name='recorded by'),
        ),
        migrations.AddConstraint(
            model_name='penaltyrule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fine_max_vnd__gte', models.F('fine_min_vnd')), ('fine_min_vnd__gt', 0), ('sanction', 'fine')), models.Q(models.Q(('sanction', 'fine'), _negated=True), ('fine_max_vnd', 0), ('fine_min_vnd', 0)), _connector='OR'), name='a_fine_has_a_frame_and_nothing_else_has'),
        ),
        migrations.AddField(
            model_name='agencymessage',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agency_messages', to='violations.violation', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='agencywarning',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='warnings', to='violations.violation', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='circumstance',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='circumstances', to='violations.violation', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='circumstance',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='violations.officer', verbose_name='recorded by'),
        ),
        migrations.AddField(
            model_name='communerequest',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commune_requests', to='violations.violation', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='communerequest',
            name='draft',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='commune_request', to='violations.draft', verbose_name='draft'),
        ),
        migrations.AddField(
            model_name='communerequest',
            name='notice',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.notice', verbose_name='paper'),
        ),
        migrations.AddField(
            model_name='complaint',
            name='answer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.notice', verbose_name='last paper'),
        ),
        migrations.AddField(
            model_name='complaint',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='violations.violation', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='decidedact',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acts', to='violations.decision', verbose_name='decision'),
        ),
        migrations.AddField(
            model_name='decidedact',
            name='rule',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='violations.penaltyrule', verbose_name='rule'),
        ),
        migrations.AddField(
            model_name='decisionchange',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='violations.violation', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='decisionchange',
            name='draft',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='change', to='violations.draft', verbose_name='draft'),
        ),
        migrations.AddField(
            model_name='decisionchange',
            name='notice',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.notice', verbose_name='paper'),
        ),
        migrations.AddField(
            model_name='delegation',
            name='deputy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations_held', to='violations.officer', verbose_name='deputy'),
        ),
        migrations.AddField(
            model_name='delegation',
            name='head',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations_given', to='violations.officer', verbose_name='head'),
        ),
        migrations.AddField(
            model_name='decision',
            name='delegation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='violations.delegation', verbose_name='delegation'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fine_vnd', 0), ('is_warning', True)), models.Q(('fine_vnd__gt', 0), ('is_warning', False)), _connector='OR'), name='a_decision_is_a_fine_or_a_warning'),
        ),
        migrations.AddField(
            model_name='enforcement',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enforcements', to='violations.violation', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='enforcement',
            name='draft',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='enforcement', to='violations.draft', verbose_name='draft'),
        ),
        migrations.AddField(
            model_name='enforcement',
            name='notice',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.notice', verbose_name='paper'),
        ),
        migrations.AddField(
            model_name='evasion',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evasions', to='violations.violation', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='evasion',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='violations.officer', verbose_name='recorded by'),
        ),
        migrations.AddField(
            model_name='executionsuspension',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suspensions', to='violations.violation', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='fineadjustment',
            name='change',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='adjustment', to='violations.decisionchange', verbose_name='change'),
        ),
        migrations.AddField(
            model_name='fineadjustment',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to='violations.decision', verbose_name='decision'),
        ),
        migrations.AddField(
            model_name='furtheract',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='violations.officer', verbose_name='added by'),
        ),
        migrations.AddField(
            model_name='furtheract',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='further_acts', to='violations.violation', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='furtheract',
            name='rule',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='violations.penaltyrule', verbose_name='rule'),
        ),
        migrations.AddField(
            model_name='lawsuit',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lawsuits', to='violations.violation', verbose_name='case'),
        ),
        migrations.AddConstraint(
            model_name='licence',
            constraint=models.CheckConstraint(condition=models.Q(('has_unlimited_part', True), ('has_term_part', True), _connector='OR'), name='a_licence_has_a_part'),
        ),
        migrations.AddField(
            model_name='party',
            name='licence',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='violations.licence', verbose_name='driving licence'),
        ),
        migrations.AddField(
            model_name='licencesuspension',
            name='decision',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='licence_suspension', to='violations.decision', verbose_name='decision'),
        ),
        migrations.AddField(
            model_name='licencesuspension',
            name='licence',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suspensions', to='violations.licence', verbose_name='licence'),
        ),
        migrations.AddField(
            model_name='pointsentry',
            name='decision',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='points_entries', to='violations.decision', verbose_name='decision'),
        ),
        migrations.AddField(
            model_name='pointsentry',
            name='licence',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='points', to='violations.licence', verbose_name='licence'),
        ),
        migrations.AddField(
            model_name='pointsentry',
            name='notice',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.notice', verbose_name='paper 02/73'),
        ),
        migrations.AddField(
            model_name='pointsentry',
            name='reverses',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='violations.pointsentry', verbose_name='reverses'),
        ),
        migrations.AddField(
            model_name='relief',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reliefs', to='violations.violation', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='relief',
            name='draft',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='relief', to='violations.draft', verbose_name='draft'),
        ),
        migrations.AddField(
            model_name='relief',
            name='notice',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.notice', verbose_name='paper'),
        ),
        migrations.AddField(
            model_name='instalment',
            name='relief',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instalments', to='violations.relief', verbose_name='relief'),
        ),
        migrations.AddField(
            model_name='fineadjustment',
            name='relief',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='adjustment', to='violations.relief', verbose_name='relief'),
        ),
        migrations.AddField(
            model_name='secondlook',
            name='adjudicated_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='violations.officer', verbose_name='adjudicated by'),
        ),
        migrations.AddField(
            model_name='secondlook',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='second_looks', to='violations.violation', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='secondlook',
            name='looked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='violations.officer', verbose_name='looked by'),
        ),
        migrations.AddField(
            model_name='serviceattempt',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='service_attempts', to='violations.violation', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='serviceattempt',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='violations.officer', verbose_name='recorded by'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='acknowledged_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='violations.officer', verbose_name='acknowledged by'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='violations.violation', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='draft',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='transfer', to='violations.draft', verbose_name='draft'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='from_unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cameras.unit', verbose_name='from'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='notice',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.notice', verbose_name='paper'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='to_unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cameras.unit', verbose_name='to'),
        ),
        migrations.AddField(
            model_name='workingsession',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='violations.violation', verbose_name='case'),
        ),
        migrations.AddField(
            model_name='workingsession',
            name='notice',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.notice', verbose_name='paper'),
        ),
        migrations.AddField(
            model_name='workingsession',
            name='officer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='violations.officer', verbose_name='officer'),
        ),
        migrations.AddIndex(
            model_name='agencymessage',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['next_attempt_at'], name='message_waiting'),
        ),
        migrations.AddIndex(
            model_name='agencymessage',
            index=models.Index(condition=models.Q(('state', 'acknowledged'), _negated=True), fields=['case', 'agency', 'id'], name='message_in_order'),
        ),
        migrations.AddConstraint(
            model_name='agencymessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'acknowledged'), _negated=True), models.Q(('acknowledged_at__isnull', False), models.Q(('receipt', ''), _negated=True)), _connector='OR'), name='an_acknowledgement_has_its_receipt'),
        ),
        migrations.AddConstraint(
            model_name='agencywarning',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_on__isnull', True)), fields=('case', 'agency', 'ground'), name='one_standing_warning_per_agency_and_ground'),
        ),
        migrations.AddConstraint(
            model_name='circumstance',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('case', 'ground'), name='a_circumstance_counts_once'),
        ),
        migrations.AddConstraint(
            model_name='circumstance',
            constraint=models.CheckConstraint(condition=models.Q(('proof', ''), _negated=True), name='a_circumstance_is_proved'),
        ),
        migrations.AddConstraint(
            model_name='communerequest',
            constraint=models.CheckConstraint(condition=models.Q(('reported_on__isnull', True), models.Q(('outcome', ''), _negated=True), _connector='OR'), name='a_report_has_its_outcome'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['received', 'accepted', 'decided'])), fields=('case', 'level'), name='one_complaint_per_level'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'decided']), _negated=True), ('accepted_on__isnull', False), _connector='OR'), name='an_accepted_complaint_has_its_day'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(models.Q(('ground', ''), _negated=True), models.Q(('refusal', ''), _negated=True)), _connector='OR'), name='a_refused_complaint_has_its_reason'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'decided'), _negated=True), models.Q(('decided_by__isnull', False), ('decided_on__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='a_decided_complaint_has_its_outcome'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level', 2), ('state', 'decided'), _negated=True), ('dialogue_on__isnull', False), _connector='OR'), name='a_second_complaint_has_its_dialogue'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'decided']), _negated=True), ('is_late', False), _connector='OR'), name='a_late_complaint_is_not_accepted'),
        ),
        migrations.AddConstraint(
            model_name='decidedact',
            constraint=models.UniqueConstraint(fields=('decision', 'position'), name='one_decided_act_per_position'),
        ),
        migrations.AddConstraint(
            model_name='decidedact',
            constraint=models.CheckConstraint(condition=models.Q(('fine_vnd__gte', models.F('frame_min_vnd')), ('fine_vnd__lte', models.F('frame_max_vnd'))), name='each_fine_is_within_its_frame'),
        ),
        migrations.AddConstraint(
            model_name='decidedact',
            constraint=models.CheckConstraint(condition=models.Q(('ceiling_vnd__gte', models.F('frame_max_vnd'))), name='each_act_is_within_the_power'),
        ),
        migrations.AddConstraint(
            model_name='decisionchange',
            constraint=models.CheckConstraint(condition=models.Q(('changed_on__isnull', True), ('notice__isnull', False), _connector='OR'), name='a_change_has_its_paper'),
        ),
        migrations.AddConstraint(
            model_name='decisionchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'corrected'), _negated=True), ('fine_delta_vnd', 0), _connector='OR'), name='a_correction_changes_no_fine'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('head', models.F('deputy')), _negated=True), name='a_delegation_is_to_another'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on')), ('starts_on__gte', models.F('signed_on'))), name='a_delegation_is_signed_then_runs'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', ''), _negated=True), models.Q(('scope', ''), _negated=True)), name='a_delegation_states_number_and_scope'),
        ),
        migrations.AddConstraint(
            model_name='enforcement',
            constraint=models.CheckConstraint(condition=models.Q(('ordered_on__isnull', True), ('notice__isnull', False), _connector='OR'), name='an_enforcement_has_its_paper'),
        ),
        migrations.AddConstraint(
            model_name='evasion',
            constraint=models.CheckConstraint(condition=models.Q(('ended_on__gte', models.F('began_on'))), name='an_evasion_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='evasion',
            constraint=models.CheckConstraint(condition=models.Q(('basis', ''), _negated=True), name='an_evasion_has_its_basis'),
        ),
        migrations.AddConstraint(
            model_name='executionsuspension',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_on__isnull', True)), fields=('case',), name='one_standing_suspension'),
        ),
        migrations.AddConstraint(
            model_name='executionsuspension',
            constraint=models.CheckConstraint(condition=models.Q(('lifted_on__isnull', True), models.Q(('lifted_on__gte', models.F('from_on')), models.Q(('lift_reason', ''), _negated=True)), _connector='OR'), name='a_lifted_suspension_has_its_reason'),
        ),
        migrations.AddConstraint(
            model_name='furtheract',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('case', 'rule'), name='an_act_is_charged_once'),
        ),
        migrations.AddConstraint(
            model_name='lawsuit',
            constraint=models.UniqueConstraint(condition=models.Q(('judged_on__isnull', True)), fields=('case',), name='one_open_lawsuit'),
        ),
        migrations.AddConstraint(
            model_name='lawsuit',
            constraint=models.CheckConstraint(condition=models.Q(('judged_on__isnull', True), models.Q(models.Q(('outcome', ''), _negated=True), ('judged_on__gte', models.F('filed_on'))), _connector='OR'), name='a_judged_lawsuit_has_its_outcome'),
        ),
        migrations.AddConstraint(
            model_name='licencesuspension',
            constraint=models.CheckConstraint(condition=models.Q(('until_on__gte', models.F('from_on'))), name='a_suspension_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='pointsentry',
            constraint=models.UniqueConstraint(condition=models.Q(('what', 'deducted')), fields=('decision',), name='a_decision_deducts_once'),
        ),
        migrations.AddConstraint(
            model_name='pointsentry',
            constraint=models.CheckConstraint(condition=models.Q(('balance_after__lte', 12)), name='a_balance_is_at_most_twelve'),
        ),
        migrations.AddConstraint(
            model_name='pointsentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('what', 'reversed'), _negated=True), ('reverses__isnull', False), _connector='OR'), name='a_reversal_names_what_it_reverses'),
        ),
        migrations.AddConstraint(
            model_name='pointsentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('what', 'deducted'), _negated=True), models.Q(('decision__isnull', False), ('points__gte', 1)), _connector='OR'), name='a_deduction_has_its_decision'),
        ),
        migrations.AddConstraint(
            model_name='pointsentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('what', 'tested'), _negated=True), models.Q(('recorded_by__isnull', False), models.Q(('basis', ''), _negated=True)), _connector='OR'), name='a_test_is_entered_by_somebody_on_a_paper'),
        ),
        migrations.AddConstraint(
            model_name='relief',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'requested')), fields=('case',), name='one_open_request_for_relief'),
        ),
        migrations.AddConstraint(
            model_name='relief',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'granted'), _negated=True), models.Q(('decided_on__isnull', False), ('notice__isnull', False)), _connector='OR'), name='a_granted_relief_has_its_paper'),
        ),
        migrations.AddConstraint(
            model_name='relief',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('decided_on__isnull', False), models.Q(('refusal', ''), _negated=True)), _connector='OR'), name='a_refused_relief_has_its_reason'),
        ),
        migrations.AddConstraint(
            model_name='relief',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'deferral'), ('state', 'granted'), _negated=True), ('until_on__isnull', False), _connector='OR'), name='a_deferral_has_its_end'),
        ),
        migrations.AddConstraint(
            model_name='relief',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['reduction', 'exemption']), ('state', 'granted'), _negated=True), ('reduced_vnd__gt', 0), _connector='OR'), name='a_reduction_has_its_amount'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.UniqueConstraint(fields=('relief', 'number'), name='one_instalment_per_number'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 3)), name='at_most_three_instalments'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.CheckConstraint(condition=models.Q(('amount_vnd__gt', 0)), name='an_instalment_is_an_amount'),
        ),
        migrations.AddConstraint(
            model_name='fineadjustment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('change__isnull', True), ('relief__isnull', False)), models.Q(('change__isnull', False), ('relief__isnull', True)), _connector='OR'), name='an_adjustment_has_one_source'),
        ),
        migrations.AddConstraint(
            model_name='fineadjustment',
            constraint=models.CheckConstraint(condition=models.Q(('delta_vnd', 0), _negated=True), name='an_adjustment_changes_something'),
        ),
        migrations.AddConstraint(
            model_name='secondlook',
            constraint=models.UniqueConstraint(condition=models.Q(('looked_at__isnull', True), models.Q(('adjudicated_at__isnull', True), ('agrees', False)), _connector='OR'), fields=('case',), name='one_open_second_look'),
        ),
        migrations.AddConstraint(
            model_name='secondlook',
            constraint=models.CheckConstraint(condition=models.Q(('looked_at__isnull', True), models.Q(('agrees__isnull', False), ('looked_by__isnull', False)), _connector='OR'), name='a_look_has_its_officer_and_answer'),
        ),
        migrations.AddConstraint(
            model_name='secondlook',
            constraint=models.CheckConstraint(condition=models.Q(('adjudicated_at__isnull', True), models.Q(('adjudicated_by__isnull', False), ('agrees', False), ('upholds__isnull', False), models.Q(('adjudicated_by', models.F('looked_by')), _negated=True)), _connector='OR'), name='an_adjudication_settles_a_disagreement'),
        ),
        migrations.AddConstraint(
            model_name='serviceattempt',
            constraint=models.CheckConstraint(condition=models.Q(('proof', ''), _negated=True), name='an_attempt_is_proved'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('from_unit', models.F('to_unit')), _negated=True), name='a_transfer_goes_elsewhere'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('transferred_on__isnull', True), ('notice__isnull', False), _connector='OR'), name='a_transfer_has_its_paper'),
        ),
    ]
