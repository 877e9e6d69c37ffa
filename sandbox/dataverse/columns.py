"""Columns by wire name: name, kind, what more there is to say. Every table that people own has `OWNED` besides.

Kinds: guid, text, memo, int, big, double, flag, time, day, choice (with `value=Label;…`), lookup (with the table that
it leads to). Names and types of the tables of Planner Premium are those of records captured in a real environment;
columns that were null there have the type of Microsoft's table reference.
"""

OWNED = """
createdon time
modifiedon time
overriddencreatedon time
importsequencenumber int
utcconversiontimezonecode int
timezoneruleversionnumber int
versionnumber big
statecode choice 0=Active;1=Inactive
statuscode choice 1=Active;2=Inactive
_createdby_value lookup systemusers
_createdonbehalfby_value lookup systemusers
_modifiedby_value lookup systemusers
_modifiedonbehalfby_value lookup systemusers
_ownerid_value lookup systemusers
_owninguser_value lookup systemusers
_owningteam_value lookup teams
_owningbusinessunit_value lookup businessunits
"""

PROJECT = """
msdyn_projectid guid
msdyn_subject text
msdyn_description memo
msdyn_comments memo
msdyn_scheduledstart time
msdyn_finish time
msdyn_taskearlieststart time
msdyn_tzascheduledstart time
msdyn_tzafinish time
msdyn_duration double
msdyn_effort double
msdyn_effortcompleted double
msdyn_effortremaining double
msdyn_progress double
msdyn_hoursperday double
msdyn_hoursperweek double
msdyn_dayspermonth int
msdyn_calendarid text
msdyn_schedulemode choice 192350000=Fixed duration;192350001=Fixed effort;192350002=Fixed units
msdyn_scheduler choice 192350000=Planner;192350001=Dynamics 365 Project Operations
msdyn_bulkgenerationstatus choice 192350000=Processing;192350001=Complete;192350002=Failed
msdyn_businesscase memo
msdyn_valuestatement memo
msdyn_copyprojectcorrelationid text
msdyn_copyprojectsessionid text
msdyn_disablecreateofteammemberformanager flag
msdyn_globalrevisiontoken text
msdyn_plannerlastsavedrevisiontoken text
msdyn_teamschannelmappingbackfilled flag
_msdyn_projectmanager_value lookup systemusers
_msdyn_program_value lookup msdyn_programs
_msdyn_projectteamid_value lookup teams
_msdyn_contractorganizationalunitid_value lookup msdyn_organizationalunits
_msdyn_workhourtemplate_value lookup msdyn_workhourtemplates
_msdyn_msprojectdocument_value lookup msdyn_msprojectdocuments
_msdyn_projectimportstagingid_value lookup msdyn_projectimportstagings
_msdyn_replaylogheader_value lookup msdyn_replaylogheaders
_msdyn_pfwcreatedby_value lookup systemusers
_msdyn_pfwmodifiedby_value lookup systemusers
_transactioncurrencyid_value lookup transactioncurrencies
_stageid_value lookup processstages
processid guid
traversedpath text
"""

TASK = """
msdyn_projecttaskid guid
msdyn_subject text
_msdyn_project_value lookup msdyn_projects
_msdyn_parenttask_value lookup msdyn_projecttasks
_msdyn_projectbucket_value lookup msdyn_projectbuckets
_msdyn_projectsprint_value lookup msdyn_projectsprints
_msdyn_resourcecategory_value lookup bookableresourcecategories
_msdyn_resourceorganizationalunitid_value lookup msdyn_organizationalunits
_msdyn_pfwcreatedby_value lookup systemusers
_msdyn_pfwmodifiedby_value lookup systemusers
msdyn_displaysequence double
msdyn_outlinelevel int
msdyn_start time
msdyn_finish time
msdyn_scheduledstart time
msdyn_scheduledend time
msdyn_tzascheduledstart time
msdyn_tzascheduledend time
msdyn_duration double
msdyn_effort double
msdyn_effortcompleted double
msdyn_effortremaining double
msdyn_progress double
msdyn_priority int
msdyn_ismilestone flag
msdyn_iscritical flag
msdyn_ismanual flag
msdyn_summary flag
msdyn_description memo
msdyn_descriptionplaintext memo
_stageid_value lookup processstages
processid guid
traversedpath text
"""

DEPENDENCY = """
msdyn_projecttaskdependencyid guid
msdyn_description text
_msdyn_project_value lookup msdyn_projects
_msdyn_predecessortask_value lookup msdyn_projecttasks
_msdyn_successortask_value lookup msdyn_projecttasks
msdyn_projecttaskdependencylinktype choice 0=Finish-to-Finish;1=Finish-to-Start;2=Start-to-Finish;3=Start-to-Start
msdyn_projecttaskdependencylinklag int
msdyn_projecttaskdependencylinklaginseconds int
"""

BUCKET = """
msdyn_projectbucketid guid
msdyn_name text
msdyn_displayorder int
_msdyn_project_value lookup msdyn_projects
"""

SPRINT = """
msdyn_projectsprintid guid
msdyn_name text
msdyn_start time
msdyn_finish time
_msdyn_project_value lookup msdyn_projects
"""

TEAM = """
msdyn_projectteamid guid
msdyn_name text
_msdyn_project_value lookup msdyn_projects
_msdyn_bookableresourceid_value lookup bookableresources
_msdyn_resourcecategory_value lookup bookableresourcecategories
msdyn_effort double
msdyn_effortcompleted double
msdyn_effortremaining double
msdyn_start time
msdyn_finish time
"""

ASSIGNMENT = """
msdyn_resourceassignmentid guid
msdyn_name text
_msdyn_projectid_value lookup msdyn_projects
_msdyn_taskid_value lookup msdyn_projecttasks
_msdyn_projectteamid_value lookup msdyn_projectteams
_msdyn_bookableresourceid_value lookup bookableresources
_msdyn_userresourceid_value lookup systemusers
msdyn_committype choice 192350000=Soft;192350001=Hard
msdyn_effort double
msdyn_effortcompleted double
msdyn_effortremaining double
msdyn_start time
msdyn_finish time
msdyn_plannedwork memo
"""

BASELINE = """
msdyn_projectbaselinedataid guid
msdyn_name text
_msdyn_projectid_value lookup msdyn_projects
"""

BASELINE_TASK = """
msdyn_projectbaselinetaskdataid guid
msdyn_name text
_msdyn_projectbaselinedataid_value lookup msdyn_projectbaselinedatas
msdyn_projecttaskid text
msdyn_taskstartdate time
msdyn_taskfinishdate time
msdyn_taskduration double
msdyn_taskeffort double
msdyn_taskeffortcompleted double
msdyn_taskeffortremaining double
msdyn_taskpercentcomplete double
"""

RESOURCE = """
bookableresourceid guid
name text
msdyn_primaryemail text
resourcetype choice 1=Generic;2=Contact;3=User;4=Equipment;5=Account;6=Crew;7=Facility;8=Pool
timezone int
_calendarid_value lookup calendars
_userid_value lookup systemusers
_accountid_value lookup accounts
_contactid_value lookup contacts
_msdyn_organizationalunit_value lookup msdyn_organizationalunits
_transactioncurrencyid_value lookup transactioncurrencies
exchangerate double
msdyn_derivecapacity flag
msdyn_displayonscheduleassistant flag
msdyn_displayonscheduleboard flag
msdyn_enableappointments choice 192350000=No;192350001=Yes
msdyn_enableoutlookschedules choice 192350000=No;192350001=Yes
msdyn_endlocation choice 690970000=Resource Address;690970001=Organizational Unit Address;690970002=Location Agnostic
msdyn_startlocation choice 690970000=Resource Address;690970001=Organizational Unit Address;690970002=Location Agnostic
msdyn_generictype choice 690970000=Service Center
msdyn_isgenericresourceprojectscoped flag
msdyn_optimalcrewsize int
msdyn_pooltype text
msdyn_targetutilization int
stageid guid
processid guid
traversedpath text
"""

PROGRAM = """
msdyn_programid guid
msdyn_name text
"""

TIME_ENTRY = """
msdyn_timeentryid guid
msdyn_date time
msdyn_duration int
msdyn_description text
msdyn_externaldescription memo
_msdyn_project_value lookup msdyn_projects
_msdyn_projecttask_value lookup msdyn_projecttasks
_msdyn_bookableresource_value lookup bookableresources
msdyn_entrystatus choice 192350000=Draft;192350001=Returned;192350002=Approved;192350003=Submitted;192350004=Recalled
msdyn_type choice 192350000=Work;192350001=Absence;192354320=Vacation;192350002=On break;192350003=Overtime
"""

USER = """
systemuserid guid
fullname text
internalemailaddress text
domainname text
azureactivedirectoryobjectid guid
applicationid guid
isdisabled flag
_businessunitid_value lookup businessunits
createdon time
modifiedon time
versionnumber big
"""

ORGANIZATION = """
organizationid guid
name text
languagecode int
_basecurrencyid_value lookup transactioncurrencies
expirechangetrackingindays int
createdon time
modifiedon time
versionnumber big
"""

CURRENCY = """
transactioncurrencyid guid
currencyname text
isocurrencycode text
currencysymbol text
currencyprecision int
exchangerate double
createdon time
modifiedon time
versionnumber big
statecode choice 0=Active;1=Inactive
statuscode choice 1=Active;2=Inactive
"""
