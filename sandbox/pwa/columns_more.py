"""Columns of assignment baselines, deliverables, workflow stages and engagements, as the feed serves them.

Name, type, French name; `!`: never null.
"""

ASSIGNMENT_BASELINES = """
ProjectId guid! IdProjet
AssignmentId guid! IdAffectation
BaselineNumber int32! NuméroPlanningDeRéférence
AssignmentBaselineBudgetCost decimal! CoûtBudgétaireRéférenceAffectation
AssignmentBaselineBudgetMaterialWork decimal! TravailMatériauBudgétaireRéférenceAffectation
AssignmentBaselineBudgetWork decimal! TravailBudgétaireRéférenceAffectation
AssignmentBaselineCost decimal! CoûtRéférenceAffectation
AssignmentBaselineFinishDate time DateFinRéférenceAffectation
AssignmentBaselineMaterialWork decimal! TravailMatériauRéférenceAffectation
AssignmentBaselineModifiedDate time! AssignmentBaselineModifiedDate
AssignmentBaselineStartDate time DateDébutRéférenceAffectation
AssignmentBaselineWork decimal! TravailRéférenceAffectation
AssignmentType int32! AffectationType
ProjectName text NomProjet
TaskId guid! IdTâche
TaskName text NomTâche
"""

DELIVERABLES = """
ProjectId guid! IdProjet
DeliverableId guid! IdLivrable
CreateByResource text CréerParRessource
CreatedDate time DateCréation
Description text Description
FinishDate time FinishDate
IsFolder flag! EstUnDossier
ItemRelativeUrlPath text CheminURLRelativeÉlément
ModifiedByResource text ModifiéParRessource
ModifiedDate time DateModification
ProjectName text NomProjet
StartDate time DateDébut
Title text Titre
"""

PROJECT_WORKFLOW_STAGES = """
ProjectId guid! IdProjet
StageId guid! IdÉtape
LastModifiedDate time DateDernièreModification
LCID int32! LCID
PhaseDescription text DescriptionPhase
PhaseName text NomPhase
ProjectName text NomProjet
StageCompletionDate time DateFinÉtape
StageDescription text DescriptionÉtape
StageEntryDate time DateEntréeÉtape
StageInformation text InformationsÉtape
StageLastSubmittedDate time DateDernierEnvoiÉtape
StageName text NomÉtape
StageOrder int32! OrdreÉtape
StageStateDescription text DescriptionÉtatÉtape
StageStatus int32! ÉtatÉtape
"""

ENGAGEMENTS = """
EngagementId guid! IDEngagement
CommittedFinishDate time DateFinValidée
CommittedMaxUnits decimal NbMaxUnitésValidées
CommittedStartDate time DateDébutValidée
CommittedWork decimal TravailValidé
EngagementCreatedDate time DateCréationEngagement
EngagementModifiedDate time DateModificationEngagement
EngagementName text NomEngagement
EngagementReviewedDate time DateRévisionEngagement
EngagementStatus byte! ÉtatEngagement
EngagementSubmittedDate time DateSoumissionEngagement
ModifiedByResourceId guid! IdRessourceModification
ModifiedByResourceName text NomRessourceModification
ProjectId guid! IdProjet
ProjectName text NomProjet
ProposedFinishDate time DateFinProposée
ProposedMaxUnits decimal NbMaxUnitésProposées
ProposedStartDate time DateDébutProposée
ProposedWork decimal TravailProposé
ResourceId guid! IdRessource
ResourceName text NomRessource
ReviewedByResourceId guid RévisionParIDRessource
ReviewedByResourceName text RévisionParNomRessource
SubmittedByResourceId guid SoumisParIDRessource
SubmittedByResourceName text SoumisParNomRessource
"""
